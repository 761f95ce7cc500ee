/* SPDX-License-Identifier: Apache-2.0 */
/* What the daemon sends, by lines; and what in a line is secret, taken out before anything else sees it. */
#ifndef SESSIOND_LINES_H
#define SESSIOND_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Lines from the daemon have at most so many bytes, LF included: sessiond-protocol(7), Framing. */
#define MAXIMUM_LINE_BYTES ((size_t)4 << 20)

struct lines {
    char *bytes;
    /* Received and not taken yet is from `start` to `end`; up to `searched` there is no LF. */
    size_t start, end, searched, capacity;
};

/* Room for more; NULL: there is no memory. */
char *lines_room(struct lines *lines, size_t *room);
/* Notes that so many bytes were put there. */
void lines_filled(struct lines *lines, size_t count);
/* Takes the next line, without its LF: 1; 0: no whole one is there; -1: it is too long. It stays there until more room
 * is asked for, and may be changed. */
int lines_next(struct lines *lines, char **line, size_t *length);
/* Zeroes what was taken. */
void lines_wipe_taken(struct lines *lines);
void lines_free(struct lines *lines);

/* The most secrets that one answer has. */
#define MAXIMUM_SECRETS 5

struct secret {
    /* Of `secret_names`. */
    const char *name;
    char *text;
    size_t length;
};

/* Where in a line an id and secrets are. */
struct scan {
    bool has_id;
    int64_t id;
    size_t count;
    struct {
        const char *name;
        size_t begin, end;
    } spans[MAXIMUM_SECRETS];
};

/* Looks at the outline of a line; false where it has none. Whether it is JSON is for the parser to say. */
bool scan_line(const char *line, size_t length, struct scan *scan);
/* Takes the secrets that were found out of the line, which has empty strings in their place then; how many there are,
 * -1: one is no JSON string, or there is no memory. */
int take_secrets(char *line, size_t *length, const struct scan *scan, struct secret *secrets);
void secret_free(struct secret *secret);
/* Whether there are only ASCII characters, and no control characters but DEL. */
bool is_plain(const char *text, size_t length);

#endif
