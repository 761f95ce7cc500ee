/* SPDX-License-Identifier: Apache-2.0 */
#include "plain.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lines.h"

/* No answer is as deep, and no name as long. */
#define MAXIMUM_DEPTH 8
#define MAXIMUM_NAME_BYTES ((size_t)64)
/* Of an integer that fits in any case. */
#define MAXIMUM_DIGITS 18

struct reader {
    const char *at, *end;
};

static json_t *read_value(struct reader *reader, int depth);

static bool take(struct reader *reader, char byte) {
    if (reader->at == reader->end || *reader->at != byte) return false;
    reader->at++;
    return true;
}

static const char *read_text(struct reader *reader, size_t *length) {
    if (!take(reader, '"')) return NULL;
    const char *text = reader->at, *quote = memchr(text, '"', (size_t)(reader->end - text));
    if (quote == NULL) return NULL;
    *length = (size_t)(quote - text);
    if (memchr(text, '\\', *length) != NULL || !is_plain(text, *length)) return NULL;
    reader->at = quote + 1;
    return text;
}

static json_t *read_string(struct reader *reader) {
    size_t length;
    const char *text = read_text(reader, &length);
    return text == NULL ? NULL : json_stringn_nocheck(text, length);
}

/* What follows one that is not plain is none of what may follow a value. */
static json_t *read_integer(struct reader *reader) {
    bool is_negative = take(reader, '-');
    const char *digits = reader->at;
    int64_t value = 0;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9' && reader->at - digits < MAXIMUM_DIGITS)
        value = value * 10 + (*reader->at++ - '0');
    bool has_zero = reader->at > digits && *digits == '0';
    if (reader->at == digits || (has_zero && (is_negative || reader->at - digits > 1))) return NULL;
    return json_integer(is_negative ? -value : value);
}

static json_t *read_word(struct reader *reader, const char *word, json_t *value) {
    size_t length = strlen(word);
    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0) return NULL;
    reader->at += length;
    return value;
}

static bool read_member(struct reader *reader, int depth, json_t *object) {
    size_t length, count = json_object_size(object);
    const char *text = read_text(reader, &length);
    if (text == NULL || length >= MAXIMUM_NAME_BYTES || !take(reader, ':')) return false;
    char name[MAXIMUM_NAME_BYTES];
    memcpy(name, text, length);
    name[length] = '\0';
    json_t *value = read_value(reader, depth);
    /* Of a name that was there already there are not more members than before. */
    return value != NULL && json_object_set_new_nocheck(object, name, value) == 0 && json_object_size(object) > count;
}

static bool read_element(struct reader *reader, int depth, json_t *array) {
    json_t *value = read_value(reader, depth);
    return value != NULL && json_array_append_new(array, value) == 0;
}

static json_t *read_all(
    struct reader *reader, int depth, char end, json_t *container,
    bool (*read)(struct reader *reader, int depth, json_t *container)) {
    bool is_plain_so_far = container != NULL && depth > 0;
    if (!is_plain_so_far || !take(reader, end)) {
        do is_plain_so_far = is_plain_so_far && read(reader, depth - 1, container);
        while (is_plain_so_far && take(reader, ','));
        is_plain_so_far = is_plain_so_far && take(reader, end);
    }
    if (is_plain_so_far) return container;
    json_decref(container);
    return NULL;
}

static json_t *read_value(struct reader *reader, int depth) {
    if (reader->at == reader->end) return NULL;
    switch (*reader->at) {
        case '{': return reader->at++, read_all(reader, depth, '}', json_object(), read_member);
        case '[': return reader->at++, read_all(reader, depth, ']', json_array(), read_element);
        case '"': return read_string(reader);
        case 't': return read_word(reader, "true", json_true());
        case 'f': return read_word(reader, "false", json_false());
        case 'n': return read_word(reader, "null", json_null());
        default: return read_integer(reader);
    }
}

json_t *plain_json(const char *text, size_t length) {
    struct reader reader = {text, text + length};
    json_t *value = read_value(&reader, MAXIMUM_DEPTH);
    if (reader.at == reader.end) return value;
    json_decref(value);
    return NULL;
}
