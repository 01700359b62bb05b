/* The reader and writer of JSON against texts that have bitten somebody. */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

static void check(int holds, const char *what) {
    if (holds) return;
    fprintf(stderr, "not so: %s\n", what);
    failures++;
}

int main(void) {
    char text[64];
    size_t length;
    const char *object = " {\"a\" : [1,{\"code\":7},\"]}\"] ,\"code\": 202.0,\"s\":\"\\u00e9\\ud83d\\ude00\\n\\\"\",\"t\":true} ";
    size_t size = strlen(object);
    check(json_find_integer(object, size, "code", 0) == 202, "a member is found behind a nested one of its name");
    check(json_find_true(object, size, "t") && !json_find_true(object, size, "a"), "true is true");
    check(json_find_string(object, size, "s", text, sizeof text) && !strcmp(text, "é😀\n\""), "escapes are read");
    check(!json_find_string(object, size, "s", text, 4), "what does not fit is not cut");
    check(!json_find(object, size, "b", &length), "what is not there is not found");
    const char *broken[] = {"", "{", "{\"code\":", "{\"code\":1", "[1]", "{\"code\":1}}", "{\"a\" 1}", "\xff\x00{}", "{\"a\":\"\\"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        check(!json_find(broken[i], strlen(broken[i]), "code", &length), broken[i]);
    char deep[1000];
    memset(deep, '[', sizeof deep);
    memcpy(deep, "{\"code\":", 8);
    check(!json_find(deep, sizeof deep, "code", &length), "depth is bounded");
    for (size_t cut = 0; cut < size; cut++) json_find_integer(object, cut, "code", 0);

    json_text written = {0};
    json_raw(&written, "{");
    json_member(&written, "a\"", "\x01é\\");
    json_number(&written, "n", 0.1);
    json_integer(&written, "i", -5);
    json_raw(&written, "}");
    check(!strcmp(written.bytes, "{\"a\\\"\":\"\\u0001é\\\\\",\"n\":0.10000000000000001,\"i\":-5}"), written.bytes);
    free(written.bytes);
    printf("%d failures\n", failures);
    return failures ? 1 : 0;
}
