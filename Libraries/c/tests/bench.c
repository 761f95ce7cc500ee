/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the library costs, beside a client that only writes and reads lines:
 *
 *     bench calls SOCKET [ROUNDS]     one retrieveToken after the other, at a daemon
 *     bench events [ROUNDS]           events, told as fast as they are taken by a process of its own
 *     bench count SOCKET CALLS        so many calls and nothing else, for who counts instructions
 *
 * Both sides in turns, in one run; medians of the rounds. Run it and the daemon on one core: taskset(1).
 */
#define _GNU_SOURCE
#include <sessiond/sessiond.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CALLS 2000
#define EVENTS 50000

/* Of this process alone, whatever else the machine does. */
static double processor_time(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void fail(const char *what) {
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail("there is no daemon");
    return descriptor;
}

static const char request[] =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.retrieveToken\",\"params\":{\"minimumValiditySeconds\":60}}\n";

static double bare_calls(int descriptor) {
    char line[65536];
    double began = now();
    for (int call = 0; call < CALLS; call++) {
        if (write(descriptor, request, sizeof request - 1) < 0) fail("it cannot be written");
        size_t length = 0;
        do {
            ssize_t count = read(descriptor, line + length, sizeof line - length);
            if (count <= 0) fail("it cannot be read");
            length += (size_t)count;
        } while (line[length - 1] != '\n');
    }
    return (now() - began) / CALLS * 1e6;
}

static void call_library(sessiond_client *client, int calls) {
    for (int call = 0; call < calls; call++) {
        sessiond_answer *answer = NULL;
        if (sessiond_call(client, sessiond_request_retrieve_token(60), 0, &answer, NULL) != SESSIOND_OK)
            fail("no token");
        if (sessiond_token_reveal(sessiond_answer_token(answer)) == NULL) fail("no token");
        sessiond_answer_unref(answer);
    }
}

static double library_calls(sessiond_client *client) {
    double began = now();
    call_library(client, CALLS);
    return (now() - began) / CALLS * 1e6;
}

static int in_order(const void *one, const void *other) {
    double difference = *(const double *)one - *(const double *)other;
    return difference < 0 ? -1 : difference > 0;
}

static double median(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, in_order);
    return values[count / 2];
}

static void measure_calls(const char *path, int rounds) {
    double *bare = calloc((size_t)rounds, sizeof *bare), *library = calloc((size_t)rounds, sizeof *library);
    double *ratios = calloc((size_t)rounds, sizeof *ratios);
    sessiond_client *client = NULL;
    if (sessiond_client_new(path, &client, NULL) != SESSIOND_OK) fail("no client");
    int descriptor = connect_to(path);
    bare_calls(descriptor), library_calls(client);
    for (int round = 0; round < rounds; round++) {
        bare[round] = bare_calls(descriptor);
        library[round] = library_calls(client);
        ratios[round] = library[round] / bare[round];
    }
    printf("a call: bare %.1f us, library %.1f us, ratio %.2f\n", median(bare, rounds), median(library, rounds),
        median(ratios, rounds));
    sessiond_client_unref(client);
    close(descriptor);
    free(bare), free(library), free(ratios);
}

static void count_calls(const char *path, int calls) {
    sessiond_client *client = NULL;
    if (sessiond_client_new(path, &client, NULL) != SESSIOND_OK) fail("no client");
    call_library(client, calls);
    sessiond_client_unref(client);
}

#define STATUS \
    "{\"state\":\"anonymous\",\"uuid\":\"345d4c8f-5aff-591d-a19c-1ca48923d9ee\",\"uuidOrigin\":\"generated\"," \
    "\"signedIn\":false,\"signedInViaSimpleAuthentication\":false,\"origin\":\"ANONYMOUS\"," \
    "\"expiresAt\":\"2026-11-23T06:02:03Z\",\"expiresInSeconds\":3599,\"tokenState\":\"valid\",\"generation\":7," \
    "\"authority\":{\"kind\":\"local\",\"reachable\":true},\"store\":{\"sealed\":true,\"state\":\"ok\"}}"

/* Takes one connection after the other, waits for its watch, and tells events. */
static void tell_events(int listener) {
    for (;;) {
        int descriptor = accept(listener, NULL, NULL);
        if (descriptor < 0) exit(0);
        FILE *connection = fdopen(descriptor, "r+");
        char line[4096];
        long id = 0;
        while (fgets(line, sizeof line, connection) != NULL && strstr(line, "session.watch") == NULL) continue;
        const char *at = strstr(line, "\"id\":");
        if (at != NULL) id = strtol(at + 5, NULL, 10);
        fseek(connection, 0, SEEK_CUR);
        fprintf(connection,
            "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"result\":{\"snapshot\":" STATUS ",\"sequence\":1,\"resumed\":false}}\n",
            id);
        for (int event = 0; event < EVENTS; event++)
            fprintf(connection,
                "{\"jsonrpc\":\"2.0\",\"method\":\"session.event\",\"params\":{\"sequence\":%d,\"generation\":7,"
                "\"kind\":\"tokenRefreshed\",\"status\":" STATUS "}}\n", event + 2);
        fclose(connection);
    }
}

static double bare_events(const char *path) {
    FILE *connection = fdopen(connect_to(path), "r+");
    char *line = NULL;
    size_t size = 0;
    fputs("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.watch\",\"params\":{}}\n", connection);
    fseek(connection, 0, SEEK_CUR);
    if (getline(&line, &size, connection) < 0) fail("no snapshot");
    double began = processor_time();
    for (int event = 0; event < EVENTS; event++)
        if (getline(&line, &size, connection) < 0) fail("no event");
    double seconds = processor_time() - began;
    free(line);
    fclose(connection);
    return EVENTS / seconds;
}

static double library_events(const char *path) {
    sessiond_client *client = NULL;
    sessiond_changes *changes = NULL;
    if (sessiond_client_new(path, &client, NULL) != SESSIOND_OK ||
        sessiond_follow(client, NULL, NULL, &changes, NULL) != SESSIOND_OK)
        fail("it cannot be followed");
    sessiond_change_unref(sessiond_changes_next(changes, -1));
    double began = processor_time();
    for (int event = 0; event < EVENTS;) {
        sessiond_change *change = sessiond_changes_next(changes, -1);
        if (sessiond_change_cause(change) == SESSIOND_CAUSE_EVENT) event++;
        if (sessiond_change_cause(change) == SESSIOND_CAUSE_GAP) fail("a gap");
        sessiond_change_unref(change);
    }
    double seconds = processor_time() - began;
    sessiond_changes_unref(changes);
    sessiond_client_unref(client);
    return EVENTS / seconds;
}

static void measure_events(int rounds) {
    char folder[] = "/tmp/sd-bench-XXXXXX", path[64];
    if (mkdtemp(folder) == NULL) fail("no folder");
    snprintf(path, sizeof path, "%s/s", folder);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0) fail("no socket");
    pid_t teller = fork();
    if (teller == 0) tell_events(listener);
    double *bare = calloc((size_t)rounds, sizeof *bare), *library = calloc((size_t)rounds, sizeof *library);
    double *ratios = calloc((size_t)rounds, sizeof *ratios);
    for (int round = 0; round < rounds; round++) {
        bare[round] = bare_events(path);
        library[round] = library_events(path);
        ratios[round] = library[round] / bare[round];
    }
    printf("events a second of the processor: bare %.0f, library %.0f, ratio %.2f\n", median(bare, rounds),
        median(library, rounds), median(ratios, rounds));
    shutdown(listener, SHUT_RDWR);
    waitpid(teller, NULL, 0);
    unlink(path), rmdir(folder);
    free(bare), free(library), free(ratios);
}

int main(int count, char **arguments) {
    if (count >= 3 && strcmp(arguments[1], "calls") == 0)
        measure_calls(arguments[2], count > 3 ? atoi(arguments[3]) : 21);
    else if (count >= 2 && strcmp(arguments[1], "events") == 0)
        measure_events(count > 2 ? atoi(arguments[2]) : 9);
    else if (count == 4 && strcmp(arguments[1], "count") == 0)
        count_calls(arguments[2], atoi(arguments[3]));
    else
        fail("calls SOCKET [ROUNDS] | events [ROUNDS] | count SOCKET CALLS");
    return 0;
}
