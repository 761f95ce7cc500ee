/* SPDX-License-Identifier: Apache-2.0 */
#include "buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void wipe_free(void *bytes, size_t count) {
    if (bytes != NULL) explicit_bzero(bytes, count);
    free(bytes);
}

/* Not realloc(3): that would leave the bytes where they were. */
static bool make_room(struct buffer *buffer, size_t count) {
    if (buffer->has_failed) return false;
    if (buffer->capacity - buffer->length >= count) return true;
    size_t capacity = buffer->capacity < 512 ? 512 : buffer->capacity;
    while (capacity - buffer->length < count) capacity *= 2;
    char *bytes = malloc(capacity);
    if (bytes == NULL) {
        buffer->has_failed = true;
        return false;
    }
    if (buffer->length > 0) memcpy(bytes, buffer->bytes, buffer->length);
    wipe_free(buffer->bytes, buffer->length);
    buffer->bytes = bytes, buffer->capacity = capacity;
    return true;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t count) {
    if (count == 0 || !make_room(buffer, count)) return;
    memcpy(buffer->bytes + buffer->length, bytes, count);
    buffer->length += count;
}

void buffer_append_raw(struct buffer *buffer, const char *text) { buffer_append(buffer, text, strlen(text)); }

void buffer_append_integer(struct buffer *buffer, int64_t value) {
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%lld", (long long)value);
    buffer_append(buffer, digits, (size_t)count);
}

void buffer_append_string(struct buffer *buffer, const char *text) {
    buffer_append(buffer, "\"", 1);
    for (const char *plain = text;; plain++) {
        const char *end = plain;
        while ((unsigned char)*end >= 0x20 && *end != '"' && *end != '\\') end++;
        buffer_append(buffer, plain, (size_t)(end - plain));
        if (*end == '\0') break;
        char escape[8];
        int count = snprintf(escape, sizeof escape, *end < 0x20 && *end >= 0 ? "\\u%04x" : "\\%c", *end);
        buffer_append(buffer, escape, (size_t)count);
        plain = end;
    }
    buffer_append(buffer, "\"", 1);
}

void buffer_remove(struct buffer *buffer, size_t offset, size_t count) {
    size_t rest = buffer->length - offset - count;
    if (rest > 0) memmove(buffer->bytes + offset, buffer->bytes + offset + count, rest);
    buffer->length -= count;
    if (count > 0) explicit_bzero(buffer->bytes + buffer->length, count);
}

void buffer_free(struct buffer *buffer) {
    wipe_free(buffer->bytes, buffer->length);
    memset(buffer, 0, sizeof *buffer);
}

bool is_utf8(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    for (;;) {
        while (*at != 0 && *at < 0x80) at++;
        if (*at == 0) return true;
        unsigned char first = *at++;
        int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0xC2 || first > 0xF4) return false;
        /* Neither longer than it need be, nor a surrogate, nor beyond U+10FFFF. */
        unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        for (; more > 0; more--, at++, low = 0x80, high = 0xBF)
            if (*at < low || *at > high) return false;
    }
}
