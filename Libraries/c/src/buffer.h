/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that may have a secret among them: what is let go of is zeroed first. */
#ifndef SESSIOND_BUFFER_H
#define SESSIOND_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer {
    char *bytes;
    size_t length, capacity;
    /* There was no memory: what was appended since is not there. */
    bool has_failed;
};

void buffer_append(struct buffer *buffer, const void *bytes, size_t count);
void buffer_append_raw(struct buffer *buffer, const char *text);
void buffer_append_integer(struct buffer *buffer, int64_t value);
/* A JSON string, with its quotes. */
void buffer_append_string(struct buffer *buffer, const char *text);
/* Takes bytes out. */
void buffer_remove(struct buffer *buffer, size_t offset, size_t count);
void buffer_free(struct buffer *buffer);

/* Frees what may hold a secret. */
void wipe_free(void *bytes, size_t count);
/* Whether a text is UTF-8 (RFC 3629). */
bool is_utf8(const char *text);

#endif
