/* SPDX-License-Identifier: Apache-2.0 */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

#include "buffer.h"

#define INITIAL_BYTES ((size_t)16 << 10)

char *lines_room(struct lines *lines, size_t *room) {
    if (lines->start == lines->end) lines->start = lines->end = lines->searched = 0;
    if (lines->start > 0 && lines->end == lines->capacity) {
        memmove(lines->bytes, lines->bytes + lines->start, lines->end - lines->start);
        explicit_bzero(lines->bytes + lines->end - lines->start, lines->start);
        lines->searched -= lines->start, lines->end -= lines->start, lines->start = 0;
    }
    /* What a long line has needed is not kept. */
    bool is_oversized = lines->end == 0 && lines->capacity > INITIAL_BYTES;
    if (lines->end == lines->capacity || is_oversized) {
        size_t capacity = lines->capacity == 0 || is_oversized ? INITIAL_BYTES : lines->capacity * 2;
        char *bytes = malloc(capacity);
        if (bytes == NULL) return NULL;
        if (lines->end > 0) memcpy(bytes, lines->bytes, lines->end);
        wipe_free(lines->bytes, lines->capacity);
        lines->bytes = bytes, lines->capacity = capacity;
    }
    *room = lines->capacity - lines->end;
    return lines->bytes + lines->end;
}

void lines_filled(struct lines *lines, size_t count) { lines->end += count; }

int lines_next(struct lines *lines, char **line, size_t *length) {
    if (lines->bytes == NULL) return 0;
    char *from = lines->bytes + lines->searched;
    char *end = memchr(from, '\n', lines->end - lines->searched);
    if (end == NULL) {
        lines->searched = lines->end;
        return lines->end - lines->start >= MAXIMUM_LINE_BYTES ? -1 : 0;
    }
    *line = lines->bytes + lines->start;
    *length = (size_t)(end - *line);
    if (*length >= MAXIMUM_LINE_BYTES) return -1;
    lines->start = lines->searched = (size_t)(end + 1 - lines->bytes);
    return 1;
}

void lines_wipe_taken(struct lines *lines) {
    if (lines->start > 0) explicit_bzero(lines->bytes, lines->start);
}

void lines_free(struct lines *lines) {
    wipe_free(lines->bytes, lines->capacity);
    memset(lines, 0, sizeof *lines);
}

/* Whoever has one of these can act as the customer, or sign somebody in: sessiond-protocol(7). */
static const char *const secret_names[] = {
    "token", "userCode", "verificationURI", "verificationURIComplete", "authorizationURL"};

static const char *secret_name(const char *name, size_t length) {
    for (size_t index = 0; index < sizeof secret_names / sizeof *secret_names; index++)
        if (strlen(secret_names[index]) == length && memcmp(secret_names[index], name, length) == 0)
            return secret_names[index];
    return NULL;
}

static bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\r'; }

/* Where the string ends that begins before `at`; `length`: it does not. */
static size_t string_end(const char *line, size_t length, size_t at) {
    for (size_t from = at;;) {
        const char *quote = memchr(line + from, '"', length - from);
        if (quote == NULL) return length;
        size_t end = (size_t)(quote - line), escapes = 0;
        while (end - escapes > at && line[end - escapes - 1] == '\\') escapes++;
        if (escapes % 2 == 0) return end;
        from = end + 1;
    }
}

static void scan_id(const char *line, size_t length, size_t at, struct scan *scan) {
    int64_t id = 0;
    size_t digits = 0;
    for (; at < length && line[at] >= '0' && line[at] <= '9' && digits < 18; at++, digits++)
        id = id * 10 + line[at] - '0';
    scan->has_id = digits > 0;
    scan->id = id;
}

static bool equals(const char *name, size_t length, const char *text) {
    return strlen(text) == length && memcmp(name, text, length) == 0;
}

bool scan_line(const char *line, size_t length, struct scan *scan) {
    memset(scan, 0, sizeof *scan);
    size_t depth = 0;
    bool is_in_result = false;
    for (size_t at = 0; at < length; at++) {
        char byte = line[at];
        if (byte == '{' || byte == '[') depth++;
        if (byte == '}' || byte == ']') {
            if (depth-- == 0) return false;
        }
        if (byte != '"') continue;
        size_t begin = at + 1, end = string_end(line, length, begin);
        if (end == length) return false;
        at = end;
        if (depth > 2) continue;
        size_t colon = end + 1;
        while (colon < length && is_blank(line[colon])) colon++;
        if (colon >= length || line[colon] != ':') continue;
        size_t value = colon + 1;
        while (value < length && is_blank(line[value])) value++;
        at = value - 1;
        if (depth == 1) {
            is_in_result = equals(line + begin, end - begin, "result");
            if (equals(line + begin, end - begin, "id")) scan_id(line, length, value, scan);
        } else if (is_in_result && value < length && line[value] == '"' && scan->count < MAXIMUM_SECRETS) {
            const char *name = secret_name(line + begin, end - begin);
            if (name == NULL) continue;
            size_t last = string_end(line, length, value + 1);
            if (last == length) return false;
            scan->spans[scan->count].name = name;
            scan->spans[scan->count].begin = value + 1, scan->spans[scan->count].end = last;
            scan->count++;
            at = last;
        }
    }
    return depth == 0;
}

static int hexadecimal(const char *at, const char *end) {
    int value = 0;
    if (end - at < 4) return -1;
    for (int index = 0; index < 4; index++) {
        char digit = at[index];
        int number = digit >= '0' && digit <= '9' ? digit - '0'
            : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
            : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
        if (number < 0) return -1;
        value = value * 16 + number;
    }
    return value;
}

static char *append_utf8(char *to, int character) {
    if (character < 0x80) {
        *to++ = (char)character;
    } else if (character < 0x800) {
        *to++ = (char)(0xC0 | character >> 6), *to++ = (char)(0x80 | (character & 0x3F));
    } else if (character < 0x10000) {
        *to++ = (char)(0xE0 | character >> 12), *to++ = (char)(0x80 | (character >> 6 & 0x3F));
        *to++ = (char)(0x80 | (character & 0x3F));
    } else {
        *to++ = (char)(0xF0 | character >> 18), *to++ = (char)(0x80 | (character >> 12 & 0x3F));
        *to++ = (char)(0x80 | (character >> 6 & 0x3F)), *to++ = (char)(0x80 | (character & 0x3F));
    }
    return to;
}

/* What follows the escape at `at`, whose character goes to `*to`; NULL: it is none, or has NUL in it. */
static const char *unescape(const char *at, const char *end, char **to) {
    static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    if (++at == end) return NULL;
    const char *name = strchr(names, *at);
    if (*at != '\0' && name != NULL) {
        *(*to)++ = meanings[name - names];
        return at + 1;
    }
    int character = *at == 'u' ? hexadecimal(at + 1, end) : -1;
    if (character <= 0) return NULL;
    at += 5;
    if (character >= 0xD800 && character < 0xE000) {
        bool is_pair = character < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u';
        int low = is_pair ? hexadecimal(at + 2, end) : -1;
        if (low < 0xDC00 || low > 0xDFFF) return NULL;
        character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
        at += 6;
    }
    *to = append_utf8(*to, character);
    return at;
}

/* Eight at a time, as a token is long. */
bool is_plain(const char *text, size_t length) {
    uint64_t found = 0;
    for (; length >= 8; text += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, text, 8);
        /* Below 0x20 the difference has its highest bit; it borrows only where that was found already. */
        found |= word | (word - UINT64_C(0x2020202020202020));
    }
    for (; length > 0; text++, length--) {
        unsigned char character = (unsigned char)*text;
        found |= (uint64_t)(character >= 0x80 || character < 0x20) << 7;
    }
    return (found & UINT64_C(0x8080808080808080)) == 0;
}

static bool is_text(const char *text, size_t length) {
    if (is_plain(text, length)) return true;
    for (size_t at = 0; at < length; at++)
        if ((unsigned char)text[at] < 0x20) return false;
    return is_utf8(text);
}

static bool take_secret(struct secret *secret, const char *at, const char *end) {
    size_t capacity = (size_t)(end - at) + 1;
    char *text = malloc(capacity), *to = text;
    if (text == NULL) return false;
    while (at != NULL && at < end) {
        /* As a rule there is no escape, and all is copied at once. */
        const char *escape = memchr(at, '\\', (size_t)(end - at));
        size_t plain = (size_t)((escape != NULL ? escape : end) - at);
        memcpy(to, at, plain);
        to += plain;
        at = escape == NULL ? end : unescape(escape, end, &to);
    }
    *to = '\0';
    /* Nothing that is a secret has control characters. */
    if (at == NULL || !is_text(text, (size_t)(to - text))) {
        wipe_free(text, capacity);
        return false;
    }
    secret->text = text, secret->length = (size_t)(to - text);
    return true;
}

int take_secrets(char *line, size_t *length, const struct scan *scan, struct secret *secrets) {
    size_t taken = 0;
    /* From the last one, so that those before it stay where they were found. */
    for (size_t index = scan->count; index-- > 0;) {
        char *begin = line + scan->spans[index].begin, *end = line + scan->spans[index].end;
        secrets[taken].name = scan->spans[index].name;
        if (!take_secret(&secrets[taken], begin, end)) {
            while (taken > 0) secret_free(&secrets[--taken]);
            return -1;
        }
        taken++;
        size_t count = (size_t)(end - begin), rest = (size_t)(line + *length - end);
        memmove(begin, end, rest);
        explicit_bzero(begin + rest, count);
        *length -= count;
    }
    return (int)taken;
}

void secret_free(struct secret *secret) {
    wipe_free(secret->text, secret->length);
    memset(secret, 0, sizeof *secret);
}
