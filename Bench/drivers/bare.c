/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the libraries are measured beside: a client that writes a line and waits for a line, and looks at neither. Many
 * calls at once are as many connections.
 *
 *     bare DAEMON TELLER          a driver
 *     bare tell SOCKET COUNT      the teller: tells whoever watches so many events, as fast as they are read
 */
#define _GNU_SOURCE
#include "driver.h"

#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#define LINE_BYTES 65536

static const char request[] =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.retrieveToken\",\"params\":{\"minimumValiditySeconds\":60}}\n";
static const char watch[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.watch\",\"params\":{}}\n";
static const char *daemon_path, *teller_path;

static struct sockaddr_un address_of(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    return address;
}

static int connect_to(const char *path) {
    struct sockaddr_un address = address_of(path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0, "nobody listens");
    return descriptor;
}

static void ask(int descriptor) {
    require(write(descriptor, request, sizeof request - 1) == sizeof request - 1, "it cannot be written");
}

static void wait_for_line(int descriptor) {
    static char line[LINE_BYTES];
    size_t length = 0;
    do {
        ssize_t count = read(descriptor, line + length, sizeof line - length);
        require(count > 0, "it cannot be read");
        length += (size_t)count;
    } while (line[length - 1] != '\n');
}

static double calls(int count) {
    static int descriptor = -1;
    if (descriptor < 0) descriptor = connect_to(daemon_path);
    double began = now();
    for (int call = 0; call < count; call++) {
        ask(descriptor);
        wait_for_line(descriptor);
    }
    return began;
}

static double tasks(int count) {
    static int descriptors[AT_ONCE], epoll = -1;
    if (epoll < 0) {
        epoll = epoll_create1(EPOLL_CLOEXEC);
        for (int task = 0; task < AT_ONCE; task++) {
            descriptors[task] = connect_to(daemon_path);
            struct epoll_event interest = {.events = EPOLLIN, .data.fd = descriptors[task]};
            epoll_ctl(epoll, EPOLL_CTL_ADD, descriptors[task], &interest);
        }
    }
    double began = now();
    int asked = AT_ONCE;
    for (int task = 0; task < AT_ONCE; task++) ask(descriptors[task]);
    for (int answered = 0; answered < count;) {
        struct epoll_event ready[AT_ONCE];
        int found = epoll_wait(epoll, ready, AT_ONCE, -1);
        for (int at = 0; at < found; at++) {
            wait_for_line(ready[at].data.fd);
            answered++;
            if (asked++ < count) ask(ready[at].data.fd);
        }
    }
    return began;
}

static double events(int count) {
    int descriptor = connect_to(teller_path);
    FILE *connection = fdopen(descriptor, "r");
    char *line = NULL;
    size_t size = 0;
    require(write(descriptor, watch, sizeof watch - 1) == sizeof watch - 1, "it cannot be written");
    require(getline(&line, &size, connection) > 0, "no snapshot");
    double began = now();
    for (int event = 0; event < count; event++) require(getline(&line, &size, connection) > 0, "no event");
    free(line);
    fclose(connection);
    return began;
}

/* ---- The teller ---- */

#define STATUS \
    "{\"state\":\"anonymous\",\"uuid\":\"345d4c8f-5aff-591d-a19c-1ca48923d9ee\",\"uuidOrigin\":\"generated\"," \
    "\"signedIn\":false,\"signedInViaSimpleAuthentication\":false,\"origin\":\"ANONYMOUS\"," \
    "\"expiresAt\":\"2026-11-23T06:02:03Z\",\"expiresInSeconds\":3599,\"tokenState\":\"valid\",\"generation\":7," \
    "\"authority\":{\"kind\":\"local\",\"reachable\":true},\"store\":{\"sealed\":true,\"state\":\"ok\"}}"

static void tell(FILE *asked, FILE *told, int count) {
    char line[4096];
    while (fgets(line, sizeof line, asked) != NULL) {
        const char *at = strstr(line, "\"id\":");
        long id = at == NULL ? 0 : strtol(at + 5, NULL, 10);
        if (strstr(line, "session.watch") == NULL) {
            fprintf(
                told,
                "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"result\":{\"protocol\":1,\"server\":\"sessiond\",\"features\":[],"
                "\"capabilities\":[]}}\n", id);
            fflush(told);
            continue;
        }
        fprintf(
            told,
            "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"result\":{\"snapshot\":" STATUS ",\"sequence\":1,\"resumed\":false}}\n",
            id);
        for (int event = 0; event < count; event++)
            fprintf(
                told,
                "{\"jsonrpc\":\"2.0\",\"method\":\"session.event\",\"params\":{\"sequence\":%d,\"generation\":7,"
                "\"kind\":\"tokenRefreshed\",\"status\":" STATUS "}}\n", event + 2);
        fflush(told);
    }
}

static _Noreturn void serve(const char *path, int count) {
    struct sockaddr_un address = address_of(path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 8) == 0, "no socket");
    puts("listening");
    fflush(stdout);
    for (;;) {
        int descriptor = accept(listener, NULL, NULL);
        FILE *asked = fdopen(descriptor, "r"), *told = fdopen(dup(descriptor), "w");
        tell(asked, told, count);
        fclose(asked), fclose(told);
    }
}

int main(int count, char **arguments) {
    require(count >= 3, "DAEMON TELLER | tell SOCKET COUNT");
    if (strcmp(arguments[1], "tell") == 0) signal(SIGPIPE, SIG_IGN), serve(arguments[2], atoi(arguments[3]));
    daemon_path = arguments[1], teller_path = arguments[2];
    return drive(&(struct driver){calls, tasks, events});
}
