/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSIOND_REQUEST_H
#define SESSIOND_REQUEST_H

#include "../include/sessiond/sessiond.h"
#include "buffer.h"

/* A request line has at most so many bytes, LF included: sessiond-protocol(7), Framing. */
#define MAXIMUM_REQUEST_BYTES ((size_t)65536)

/* What the result of a method is. */
enum result {
    /* An object, as it comes. */
    RESULT_OBJECT,
    RESULT_STATUS,
    /* A status, or a condition with one. */
    RESULT_AUTHENTICATION,
    RESULT_TOKEN,
    RESULT_SIGN_IN_REQUEST
};

struct method {
    const char *name;
    /* What it needs of the daemon's `features`; NULL: nothing that was added since 1.0. */
    const char *feature;
    /* The members that its result must have, each behind its type: s(tring), i(nteger), b(oolean), o(bject). */
    const char *required;
    enum result result;
    bool is_mutation;
};

extern const char status_members[];

struct parameter {
    struct parameter *next;
    char *name;
    struct buffer value;
};

struct sessiond_request {
    const struct method *method;
    /* Of a method that this version does not know. */
    struct method unknown;
    struct parameter *parameters;
    bool is_mutation;
    /* The first thing that was wrong; NULL: nothing. */
    sessiond_error *problem;
};

/* Appends the request's line; a negative number of milliseconds is left out. */
void request_append_line(
    const sessiond_request *request, int64_t id, int64_t deadline_milliseconds, struct buffer *buffer);

#endif
