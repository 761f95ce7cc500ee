/* SPDX-License-Identifier: Apache-2.0 */
#include "error.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sessiond_error {
    /* 0: it is never freed. */
    atomic_uint references;
    sessiond_code code;
    int number;
    bool is_retryable;
    int64_t retry_after_seconds;
    /* Of the daemon: its error object. */
    json_t *object;
    json_t *status;
    /* Those that are no literals are the object's, or behind this. */
    const char *name, *message, *hint;
    char text[];
};

sessiond_error no_memory_error = {
    .code = SESSIOND_ERROR_NO_RESOURCES, .is_retryable = true, .retry_after_seconds = -1, .name = "noResources",
    .message = "there is no memory"};

static const struct {
    sessiond_code code;
    int number;
    const char *name;
} names[] = {
    {SESSIOND_ERROR_UNREACHABLE, 0, "unreachable"},
    {SESSIOND_ERROR_CONNECTION_LOST, 0, "connectionLost"},
    {SESSIOND_ERROR_TIMED_OUT, 0, "timedOut"},
    {SESSIOND_ERROR_CANCELLED, 0, "cancelled"},
    {SESSIOND_ERROR_CLOSED, 0, "closed"},
    {SESSIOND_ERROR_MALFORMED_ANSWER, 0, "malformedAnswer"},
    {SESSIOND_ERROR_INVALID_SOCKET_PATH, 0, "invalidSocketPath"},
    {SESSIOND_ERROR_REQUEST_TOO_LARGE, 0, "requestTooLarge"},
    {SESSIOND_ERROR_INVALID_ARGUMENT, 0, "invalidArgument"},
    {SESSIOND_ERROR_NO_RESOURCES, 0, "noResources"},
    /* The daemon's: ErrorName in the sources, ERROR NAMES in sessiond-protocol(7). */
    {SESSIOND_ERROR_PARSE_ERROR, -32700, "parseError"},
    {SESSIOND_ERROR_INVALID_REQUEST, -32600, "invalidRequest"},
    {SESSIOND_ERROR_METHOD_NOT_FOUND, -32601, "methodNotFound"},
    {SESSIOND_ERROR_INVALID_PARAMS, -32602, "invalidParams"},
    {SESSIOND_ERROR_INTERNAL_ERROR, -32603, "internalError"},
    {SESSIOND_ERROR_PERMISSION_DENIED, -32001, "permissionDenied"},
    {SESSIOND_ERROR_NOT_ANONYMOUS, -32002, "notAnonymous"},
    {SESSIOND_ERROR_ALREADY_SIGNED_IN, -32003, "alreadySignedIn"},
    {SESSIOND_ERROR_NOT_SIGNED_IN, -32004, "notSignedIn"},
    {SESSIOND_ERROR_SESSION_EXPIRED, -32005, "sessionExpired"},
    {SESSIOND_ERROR_TOKEN_UNAVAILABLE, -32006, "tokenUnavailable"},
    {SESSIOND_ERROR_MINIMUM_VALIDITY_IMPOSSIBLE, -32007, "minimumValidityImpossible"},
    {SESSIOND_ERROR_AUTHORITY_REJECTED, -32008, "authorityRejected"},
    {SESSIOND_ERROR_AUTHORITY_UNAVAILABLE, -32009, "authorityUnavailable"},
    {SESSIOND_ERROR_STORE_LOCKED, -32010, "storeLocked"},
    {SESSIOND_ERROR_STORE_FAILED, -32011, "storeFailed"},
    {SESSIOND_ERROR_GENERATION_MISMATCH, -32012, "generationMismatch"},
    {SESSIOND_ERROR_LIMIT_EXCEEDED, -32013, "limitExceeded"},
    {SESSIOND_ERROR_DEADLINE_EXCEEDED, -32014, "deadlineExceeded"},
    {SESSIOND_ERROR_NOT_CONFIGURED, -32015, "notConfigured"},
    {SESSIOND_ERROR_UNSUPPORTED, -32016, "unsupported"},
    {SESSIOND_ERROR_SHUTTING_DOWN, -32017, "shuttingDown"},
    {SESSIOND_ERROR_LINE_TOO_LONG, -32018, "lineTooLong"},
    {SESSIOND_ERROR_VERSION_UNSUPPORTED, -32019, "versionUnsupported"},
    {SESSIOND_ERROR_BUSY, -32020, "busy"},
    {SESSIOND_ERROR_SUPERSEDED, -32021, "superseded"},
};
#define NAMES (sizeof names / sizeof *names)

static const char *name_of(sessiond_code code) {
    for (size_t index = 0; index < NAMES; index++)
        if (names[index].code == code) return names[index].name;
    return "other";
}

sessiond_error *error_new(sessiond_code code, const char *hint, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    size_t message = (size_t)length + 1, hints = hint == NULL ? 0 : strlen(hint) + 1;
    sessiond_error *error = calloc(1, sizeof *error + message + hints);
    if (error != NULL) {
        vsnprintf(error->text, message, format, again);
        if (hint != NULL) error->hint = memcpy(error->text + message, hint, hints);
        atomic_init(&error->references, 1);
        error->code = code, error->name = name_of(code), error->message = error->text;
        error->retry_after_seconds = -1;
        error->is_retryable = code == SESSIOND_ERROR_UNREACHABLE || code == SESSIOND_ERROR_NO_RESOURCES;
    }
    va_end(again);
    return error == NULL ? &no_memory_error : error;
}

sessiond_error *error_with_errno(sessiond_error *error, int number) {
    if (error != &no_memory_error) error->number = number;
    return error;
}

sessiond_error *error_retryable(sessiond_error *error, bool is_retryable) {
    if (error != &no_memory_error) error->is_retryable = is_retryable;
    return error;
}

void error_set_status(sessiond_error *error, json_t *status) {
    if (error == &no_memory_error) {
        json_decref(status);
        return;
    }
    json_decref(error->status);
    error->status = status;
}

sessiond_error *error_of_daemon(json_t *object) {
    json_t *number = json_object_get(object, "code");
    const char *message = json_string_value(json_object_get(object, "message"));
    if (!json_is_integer(number) || message == NULL) return NULL;
    json_t *data = json_object_get(object, "data");
    const char *name = json_string_value(json_object_get(data, "name"));
    sessiond_error *error = calloc(1, sizeof *error + 1);
    if (error == NULL) return &no_memory_error;
    atomic_init(&error->references, 1);
    error->object = json_incref(object);
    error->message = message;
    error->hint = json_string_value(json_object_get(data, "hint"));
    error->is_retryable = json_is_true(json_object_get(data, "retryable"));
    json_t *pause = json_object_get(data, "retryAfterSeconds");
    error->retry_after_seconds = json_is_integer(pause) ? (int64_t)json_integer_value(pause) : -1;
    error->code = name == NULL ? SESSIOND_ERROR_INTERNAL_ERROR : SESSIOND_ERROR_OTHER;
    for (size_t index = 0; index < NAMES; index++) {
        bool is_it = name == NULL ? names[index].number == json_integer_value(number)
                                  : names[index].number != 0 && strcmp(names[index].name, name) == 0;
        if (is_it) error->code = names[index].code;
    }
    error->name = name == NULL ? name_of(error->code) : name;
    return error;
}

sessiond_code error_give(sessiond_error *error, sessiond_error **to) {
    sessiond_code code = error->code;
    if (to != NULL)
        *to = error;
    else
        sessiond_error_unref(error);
    return code;
}

bool error_is_same(const sessiond_error *one, const sessiond_error *other) {
    if (one == NULL || other == NULL) return one == other;
    return (one->object != NULL) == (other->object != NULL) && strcmp(one->name, other->name) == 0;
}

sessiond_code sessiond_error_code(const sessiond_error *error) { return error == NULL ? SESSIOND_OK : error->code; }

const char *sessiond_error_name(const sessiond_error *error) { return error == NULL ? "ok" : error->name; }

const char *sessiond_error_message(const sessiond_error *error) { return error == NULL ? "" : error->message; }

const char *sessiond_error_hint(const sessiond_error *error) { return error == NULL ? NULL : error->hint; }

bool sessiond_error_retryable(const sessiond_error *error) { return error != NULL && error->is_retryable; }

int64_t sessiond_error_retry_after_seconds(const sessiond_error *error) {
    return error == NULL ? -1 : error->retry_after_seconds;
}

int sessiond_error_errno(const sessiond_error *error) { return error == NULL ? 0 : error->number; }

const char *sessiond_error_detail(const sessiond_error *error, const char *member) {
    if (error == NULL || error->object == NULL || member == NULL) return NULL;
    return json_string_value(json_object_get(json_object_get(error->object, "data"), member));
}

const sessiond_status *sessiond_error_status(const sessiond_error *error) {
    return error == NULL ? NULL : (const sessiond_status *)error->status;
}

sessiond_error *sessiond_error_ref(sessiond_error *error) {
    if (error != NULL && error != &no_memory_error) atomic_fetch_add(&error->references, 1);
    return error;
}

sessiond_error *sessiond_error_unref(sessiond_error *error) {
    if (error == NULL || error == &no_memory_error || atomic_fetch_sub(&error->references, 1) != 1) return NULL;
    json_decref(error->object);
    json_decref(error->status);
    free(error);
    return NULL;
}
