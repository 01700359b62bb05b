/* As much JSON as a client of CoreLevel needs: writing objects, and finding members of one. */
#ifndef CORELEVEL_JSON_H
#define CORELEVEL_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* Text that grows; bytes is NULL after memory ran out. */
typedef struct {
    char *bytes;
    size_t length, capacity;
    bool failed;
} json_text;

void json_raw(json_text *text, const char *bytes);
void json_string(json_text *text, const char *value);
/* A comma if one is due, the key and a colon. */
void json_key(json_text *text, const char *key);
void json_integer(json_text *text, const char *key, long long value);
void json_number(json_text *text, const char *key, double value);
void json_member(json_text *text, const char *key, const char *value);

/* The value of a member of the object that is all of the text, white space around it aside; NULL if there is none, or
 * if the text is no such object. */
const char *json_find(const char *text, size_t length, const char *key, size_t *value_length);
long long json_find_integer(const char *text, size_t length, const char *key, long long otherwise);
bool json_find_true(const char *text, size_t length, const char *key);
/* Writes the member's text and a zero; false if there is none or it does not fit. */
bool json_find_string(const char *text, size_t length, const char *key, char *target, size_t capacity);

#endif
