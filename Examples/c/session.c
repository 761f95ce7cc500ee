// SPDX-License-Identifier: Apache-2.0
//
// Uses the customer session of the device, with nothing but the C library:
//
//     cc -o session session.c
//     ./session token    prints whose token there is, and until when it lives
//     ./session watch    prints who the customer is, now and whenever that changes, until it is interrupted
//
// SESSIOND_SOCKET names the daemon's socket; without it, it is where an installed daemon has it.
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// How long a call may take. The daemon is told, and answers by then; one that hangs is waited for a little longer.
#define DEADLINE_SECONDS 10
#define GRACE_SECONDS 1
#define TEXT_OF(number) #number
#define TEXT(macro) TEXT_OF(macro)

// What the daemon writes is JSON without white space, which it has checked. These read just that.

// What follows a string that begins at `at`, with its quotes.
static const char *after_string(const char *at) {
    for (at++; *at != '"' && *at != '\0'; at++)
        if (*at == '\\' && at[1] != '\0') at++;
    return *at == '"' ? at + 1 : at;
}

// What follows the value that begins at `at`.
static const char *after_value(const char *at) {
    for (int depth = 0; *at != '\0' && (depth > 0 || !strchr(",}]", *at));) {
        if (*at == '"') {
            at = after_string(at);
            continue;
        }
        if (*at == '{' || *at == '[') depth++;
        if (*at == '}' || *at == ']') depth--;
        at++;
    }
    return at;
}

// The value of an object's member; NULL where it is not there, or that is no object.
static const char *member(const char *object, const char *name) {
    if (object == NULL || *object != '{') return NULL;
    size_t length = strlen(name);
    for (const char *at = object + 1; *at == '"';) {
        const char *colon = after_string(at), *value = colon + 1;
        if (*colon != ':') return NULL;
        if (strncmp(at + 1, name, length) == 0 && at[1 + length] == '"') return value;
        at = after_value(value);
        if (*at == ',') at++;
    }
    return NULL;
}

// A value as it stands there, a string without its quotes.
static void copy(char *to, size_t size, const char *value) {
    const char *end = value == NULL ? NULL : after_value(value);
    if (value != NULL && *value == '"' && end - value >= 2) value++, end--;
    snprintf(to, size, "%.*s", value == NULL ? 0 : (int)(end - value), value == NULL ? "" : value);
}

// How long each read may take; 0: without an end.
static void limit_reads(int descriptor, int seconds) {
    struct timeval limit = {.tv_sec = seconds};
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

static bool is_true(const char *value) { return value != NULL && strncmp(value, "true", 4) == 0; }

static FILE *connect_to_daemon(void) {
    const char *path = getenv("SESSIOND_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path ? path : "/run/sessiond/sessiond.sock");
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return NULL;
    struct timeval limit = {.tv_sec = DEADLINE_SECONDS + GRACE_SECONDS};
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    limit_reads(descriptor, DEADLINE_SECONDS + GRACE_SECONDS);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        close(descriptor);
        return NULL;
    }
    return fdopen(descriptor, "r");
}

static bool send_line(FILE *connection, const char *text) {
    for (size_t left = strlen(text); left > 0;) {
        ssize_t sent = send(fileno(connection), text, left, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return false;
        text += sent, left -= (size_t)sent;
    }
    return true;
}

static char *line;
static size_t line_size;

// Reads a whole line. What is cut off, as by a daemon that was killed, is none.
static bool read_line(FILE *connection) {
    errno = 0;
    ssize_t length = getline(&line, &line_size, connection);
    if (length > 0 && line[length - 1] == '\n') return true;
    if (errno == 0) errno = ECONNRESET;
    return false;
}

// Sends a request and reads its answer: the result; NULL with `refused` where it is an error, else the connection broke.
static const char *call(FILE *connection, const char *request, const char **refused) {
    *refused = NULL;
    if (!send_line(connection, request) || !read_line(connection)) return NULL;
    errno = EPROTO;
    *refused = member(line, "error");
    return member(line, "result");
}

static void fail(const char *error) {
    char message[1024];
    if (error != NULL) copy(message, sizeof message, member(error, "message"));
    // What a time limit of a socket is called, socket(7).
    if (errno == EAGAIN) error = "", strcpy(message, "sessiond has not answered within " TEXT(DEADLINE_SECONDS) " s");
    fprintf(stderr, "session: %s\n", error != NULL ? message : strerror(errno));
    exit(1);
}

static void show(const char *status) {
    static char last[256];
    char state[32], uuid[64], generation[32], view[256];
    copy(state, sizeof state, member(status, "state"));
    copy(uuid, sizeof uuid, member(status, "uuid"));
    copy(generation, sizeof generation, member(status, "generation"));
    snprintf(view, sizeof view, "%s %s %s", state, uuid, generation);
    if (strcmp(view, last) != 0) puts(view);
    // Where nobody reads any more, SIGPIPE ends it; where that is ignored, this does.
    if (fflush(stdout) != 0) exit(1);
    strcpy(last, view);
}

static char since[32];

// Watches until the connection ends; whether it had begun.
static bool watch_once(FILE *connection) {
    char request[160];
    const char *refused;
    snprintf(
        request, sizeof request, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.watch\",\"params\":{"
        "\"_deadlineSeconds\":" TEXT(DEADLINE_SECONDS) "%s%s}}\n",
        *since ? ",\"since\":" : "", since);
    const char *begin = call(connection, request, &refused);
    if (refused != NULL && !is_true(member(member(refused, "data"), "retryable"))) fail(refused);
    if (begin == NULL) return false;
    limit_reads(fileno(connection), 0);
    copy(since, sizeof since, member(begin, "sequence"));
    // Else what was missed follows.
    if (!is_true(member(begin, "resumed"))) show(member(begin, "snapshot"));
    while (read_line(connection)) {
        char kind[64];
        const char *event = member(line, "params");
        copy(kind, sizeof kind, member(event, "kind"));
        if (strcmp(kind, "overflow") == 0) break;
        if (strcmp(kind, "revoked") == 0) fail("{\"message\":\"the right to watch was taken away\"}");
        copy(since, sizeof since, member(event, "sequence"));
        show(member(event, "status"));
    }
    return true;
}

// A daemon that restarts is waited for. What happened meanwhile is told by `since`; what cannot be told any more is in
// the snapshot, so that the last status is always right.
static void watch(void) {
    long pause = 100;
    srandom((unsigned)getpid());
    for (;;) {
        FILE *connection = connect_to_daemon();
        if (connection == NULL && errno == EACCES) fail(NULL);
        if (connection != NULL) {
            if (watch_once(connection)) pause = 100;
            fclose(connection);
        }
        // Not all apps of a device at the same instant.
        long milliseconds = pause / 2 + random() % (pause / 2);
        struct timespec rest = {milliseconds / 1000, milliseconds % 1000 * 1000000};
        nanosleep(&rest, NULL);
        pause = pause * 2 < 5000 ? pause * 2 : 5000;
    }
}

static void token(void) {
    const char *refused;
    char uuid[64], expiry[64];
    FILE *connection = connect_to_daemon();
    if (connection == NULL) fail(NULL);
    const char *answer = call(
        connection,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.retrieveToken\","
        "\"params\":{\"minimumValiditySeconds\":60,\"_deadlineSeconds\":" TEXT(DEADLINE_SECONDS) "}}\n",
        &refused);
    if (answer == NULL) fail(refused);
    // Its member "token" is what goes into the header `Authorization: Bearer …`; it is never printed.
    copy(uuid, sizeof uuid, member(answer, "uuid"));
    copy(expiry, sizeof expiry, member(answer, "expiresAt"));
    if (*uuid == '\0' || *expiry == '\0') fail(NULL);
    printf("%s %s\n", uuid, expiry);
    fclose(connection);
}

int main(int count, char **arguments) {
    if (count == 2 && strcmp(arguments[1], "token") == 0) {
        token();
    } else if (count == 2 && strcmp(arguments[1], "watch") == 0) {
        watch();
    } else {
        fprintf(stderr, "usage: session token|watch\n");
        return 64;
    }
    free(line);
    return 0;
}
