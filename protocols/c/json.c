#include "json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void append(json_text *text, const char *bytes, size_t count) {
    if (text->failed) return;
    if (text->length + count + 1 > text->capacity) {
        size_t capacity = (text->length + count + 1) * 2;
        char *grown = realloc(text->bytes, capacity);
        if (!grown) {
            text->failed = true;
            return;
        }
        text->bytes = grown;
        text->capacity = capacity;
    }
    memcpy(text->bytes + text->length, bytes, count);
    text->length += count;
    text->bytes[text->length] = 0;
}

void json_raw(json_text *text, const char *bytes) { append(text, bytes, strlen(bytes)); }

void json_string(json_text *text, const char *value) {
    append(text, "\"", 1);
    for (; *value; value++) {
        unsigned char byte = (unsigned char)*value;
        char escaped[8];
        if (byte == '"' || byte == '\\') {
            snprintf(escaped, sizeof escaped, "\\%c", byte);
            append(text, escaped, 2);
        } else if (byte < 0x20) {
            snprintf(escaped, sizeof escaped, "\\u%04x", byte);
            append(text, escaped, 6);
        } else {
            append(text, value, 1);
        }
    }
    append(text, "\"", 1);
}

void json_key(json_text *text, const char *key) {
    char last = text->length ? text->bytes[text->length - 1] : '{';
    if (last != '{' && last != '[') append(text, ",", 1);
    json_string(text, key);
    append(text, ":", 1);
}

void json_integer(json_text *text, const char *key, long long value) {
    char digits[32];
    snprintf(digits, sizeof digits, "%lld", value);
    json_key(text, key);
    json_raw(text, digits);
}

void json_number(json_text *text, const char *key, double value) {
    char digits[40];
    snprintf(digits, sizeof digits, "%.17g", value);
    /* A locale may have put a comma there. */
    for (char *place = digits; *place; place++)
        if (*place == ',') *place = '.';
    json_key(text, key);
    if (isfinite(value)) json_raw(text, digits);
    else text->failed = true;
}

void json_member(json_text *text, const char *key, const char *value) {
    json_key(text, key);
    json_string(text, value);
}

/* Reading: `at` never passes `end`; NULL is an error and goes through. */

static const char *skip_space(const char *at, const char *end) {
    while (at && at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
    return at;
}

static const char *skip_string(const char *at, const char *end) {
    if (!at || at >= end || *at != '"') return NULL;
    for (at++; at < end; at++) {
        if (*at == '"') return at + 1;
        if (*at == '\\' && ++at >= end) return NULL;
    }
    return NULL;
}

static const char *skip_value(const char *at, const char *end, int depth) {
    at = skip_space(at, end);
    if (!at || at >= end || depth > 64) return NULL;
    if (*at == '"') return skip_string(at, end);
    if (*at == '{' || *at == '[') {
        bool is_object = *at == '{';
        char close = is_object ? '}' : ']';
        at = skip_space(at + 1, end);
        if (at && at < end && *at == close) return at + 1;
        while (at && at < end) {
            if (is_object) {
                at = skip_space(skip_string(skip_space(at, end), end), end);
                if (!at || at >= end || *at++ != ':') return NULL;
            }
            at = skip_space(skip_value(at, end, depth + 1), end);
            if (!at || at >= end) return NULL;
            if (*at == close) return at + 1;
            if (*at++ != ',') return NULL;
        }
        return NULL;
    }
    const char *start = at;
    while (at < end && !strchr(",]} \t\r\n", *at)) at++;
    return at > start ? at : NULL;
}

const char *json_find(const char *text, size_t length, const char *key, size_t *value_length) {
    const char *end = text + length;
    const char *at = skip_space(text, end);
    /* Half of an object is none. */
    if (!at || at >= end || *at != '{' || skip_space(skip_value(at, end, 0), end) != end) return NULL;
    size_t key_length = strlen(key);
    at = skip_space(at + 1, end);
    while (at && at < end && *at == '"') {
        const char *name = at + 1;
        at = skip_string(at, end);
        bool matches = (size_t)(at - 1 - name) == key_length && !memcmp(name, key, key_length);
        at = skip_space(skip_space(at, end) + 1, end);
        const char *value = at;
        at = skip_value(at, end, 1);
        if (matches) {
            *value_length = (size_t)(at - value);
            return value;
        }
        at = skip_space(at, end);
        if (*at != ',') return NULL;
        at = skip_space(at + 1, end);
    }
    return NULL;
}

long long json_find_integer(const char *text, size_t length, const char *key, long long otherwise) {
    size_t size;
    const char *value = json_find(text, length, key, &size);
    char digits[32];
    if (!value || !size || size >= sizeof digits) return otherwise;
    memcpy(digits, value, size);
    digits[size] = 0;
    char *rest;
    double number = strtod(digits, &rest);
    return *rest || number != floor(number) || fabs(number) > 9007199254740991.0 ? otherwise : (long long)number;
}

bool json_find_true(const char *text, size_t length, const char *key) {
    size_t size;
    const char *value = json_find(text, length, key, &size);
    return value && size == 4 && !memcmp(value, "true", 4);
}

static bool hex4(const char *at, unsigned *value) {
    *value = 0;
    for (int i = 0; i < 4; i++) {
        const char *digit = at[i] ? strchr("0123456789abcdefABCDEF", at[i]) : NULL;
        if (!digit) return false;
        long place = digit - "0123456789abcdefABCDEF";
        *value = *value * 16 + (unsigned)(place > 15 ? place - 6 : place);
    }
    return true;
}

static size_t utf8(unsigned scalar, char *target) {
    if (scalar < 0x80) return target[0] = (char)scalar, 1;
    if (scalar < 0x800) return target[0] = (char)(0xC0 | scalar >> 6), target[1] = (char)(0x80 | (scalar & 63)), 2;
    size_t count = scalar < 0x10000 ? 3 : 4;
    target[0] = (char)(count == 3 ? 0xE0 | scalar >> 12 : 0xF0 | scalar >> 18);
    for (size_t i = 1; i < count; i++) target[i] = (char)(0x80 | (scalar >> 6 * (count - 1 - i) & 63));
    return count;
}

bool json_find_string(const char *text, size_t length, const char *key, char *target, size_t capacity) {
    size_t size;
    const char *value = json_find(text, length, key, &size);
    if (!value || size < 2 || *value != '"') return false;
    size_t count = 0;
    for (const char *at = value + 1, *end = value + size - 1; at < end; at++) {
        char bytes[4] = {*at};
        size_t width = 1;
        if (*at == '\\') {
            const char *simple = "\"\\/bfnrt", *meaning = "\"\\/\b\f\n\r\t";
            const char *found = strchr(simple, *++at);
            unsigned scalar, low;
            if (found && *found) {
                bytes[0] = meaning[found - simple];
            } else if (*at == 'u' && end - at > 4 && hex4(at + 1, &scalar)) {
                at += 4;
                if (scalar >> 10 == 0x36 && end - at > 6 && at[1] == '\\' && at[2] == 'u' && hex4(at + 3, &low)) {
                    scalar = 0x10000 + ((scalar & 0x3FF) << 10) + (low & 0x3FF);
                    at += 6;
                }
                width = utf8(scalar, bytes);
            } else {
                return false;
            }
        }
        if (count + width + 1 > capacity) return false;
        memcpy(target + count, bytes, width);
        count += width;
    }
    target[count] = 0;
    return true;
}
