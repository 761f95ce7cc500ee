// SPDX-License-Identifier: Apache-2.0
// The yardstick of the measurements: what a local socket costs whose server does nothing else. It answers every line
// with the same bytes, whatever the line says, on one thread and epoll(7).
//
//   bare-server SOCKET [ANSWER-BYTES [WATCH CHANGE]]
//
// Where it is given two words, whoever has sent a line with the first gets a line whenever somebody sends one with the
// second.
//
// Prints "listening" once it is, and serves until a signal ends it.
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    backlog = 128,
    // What is done in one turn, so that the others get theirs: as much as sessiond does.
    accepted_at_once = 64,
    read_at_once = 64 << 10,
    written_at_once = 256 << 10,
    // Unsent bytes beyond which a connection is not read.
    paused_bytes = 64 << 10,
    most_connections = 1 << 16,
};

// A connection is what it is still owed: all answers are the same, so that their bytes need not be kept.
struct connection {
    size_t owed;
    uint32_t interest;
    bool watches;
};

static struct connection connections[most_connections];
static char input[read_at_once];
static ssize_t input_count;
static size_t answer_bytes = 760;
// As many answers as are written at once, and one more to begin within.
static char *answers;
static int epoll;
static const char *watch_word, *change_word;
static int highest_fd;

static void fail(const char *call) {
    fprintf(stderr, "bare-server: %s: %s\n", call, strerror(errno));
    exit(EXIT_FAILURE);
}

static void fill_answers(void) {
    static const char head[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"token\":\"", tail[] = "\"}}\n";
    const size_t head_bytes = sizeof head - 1, tail_bytes = sizeof tail - 1;
    if (answer_bytes < head_bytes + tail_bytes) answer_bytes = head_bytes + tail_bytes;
    size_t count = written_at_once / answer_bytes + 2;
    answers = malloc(count * answer_bytes);
    if (!answers) fail("malloc");
    for (char *answer = answers; answer < answers + count * answer_bytes; answer += answer_bytes) {
        memset(answer, 'x', answer_bytes);
        memcpy(answer, head, head_bytes);
        memcpy(answer + answer_bytes - tail_bytes, tail, tail_bytes);
    }
}

static int listen_at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (snprintf(address.sun_path, sizeof address.sun_path, "%s", path) >= (int)sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        fail(path);
    }
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) fail("socket");
    umask(0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fail(path);
    if (listen(listener, backlog) < 0) fail("listen");
    return listener;
}

static void watch(int operation, int fd, uint32_t interest) {
    struct epoll_event event = {.events = interest, .data.fd = fd};
    if (epoll_ctl(epoll, operation, fd, &event) < 0) fail("epoll_ctl");
}

static void accept_some(int listener) {
    for (int i = 0; i < accepted_at_once; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        if (fd >= most_connections) {
            close(fd);
            continue;
        }
        connections[fd] = (struct connection){.interest = EPOLLIN};
        if (fd > highest_fd) highest_fd = fd;
        watch(EPOLL_CTL_ADD, fd, EPOLLIN);
    }
}

// Reads once and counts lines; whether the connection goes on.
static bool read_lines(int fd) {
    ssize_t count = input_count = read(fd, input, sizeof input);
    if (count <= 0) return count < 0 && (errno == EAGAIN || errno == EINTR);
    const char *end = input + count;
    for (const char *at = input; (at = memchr(at, '\n', (size_t)(end - at))); at++) connections[fd].owed += answer_bytes;
    if (watch_word && memmem(input, (size_t)count, watch_word, strlen(watch_word))) connections[fd].watches = true;
    return true;
}

// Writes once; whether the connection goes on.
static bool write_owed(int fd) {
    struct connection *connection = &connections[fd];
    if (connection->owed == 0) return true;
    // Where the answer begins that was written last, but for its rest.
    size_t begin = (answer_bytes - connection->owed % answer_bytes) % answer_bytes;
    size_t count = connection->owed < written_at_once ? connection->owed : written_at_once;
    ssize_t written = send(fd, answers + begin, count, MSG_NOSIGNAL);
    if (written < 0) return errno == EAGAIN || errno == EINTR;
    connection->owed -= (size_t)written;
    return true;
}

static void report_room(int fd) {
    struct connection *connection = &connections[fd];
    uint32_t interest = (connection->owed > paused_bytes ? 0 : EPOLLIN) | (connection->owed ? EPOLLOUT : 0);
    if (interest == connection->interest) return;
    connection->interest = interest;
    watch(EPOLL_CTL_MOD, fd, interest);
}

// Has everybody who watches get a line, where what was read last has the word.
static void tell(void) {
    if (!change_word || input_count <= 0 || !memmem(input, (size_t)input_count, change_word, strlen(change_word))) return;
    for (int fd = 0; fd <= highest_fd; fd++) {
        if (!connections[fd].watches) continue;
        connections[fd].owed += answer_bytes;
        // Who is gone is reported to be.
        if (write_owed(fd)) report_room(fd);
    }
}

static void serve(int fd, uint32_t events) {
    struct connection *connection = &connections[fd];
    bool goes_on = !(events & EPOLLIN) || read_lines(fd);
    if (goes_on && events & EPOLLIN) tell();
    // Where the kernel is asked to report room, it had none.
    if (goes_on && (events & EPOLLOUT || !(connection->interest & EPOLLOUT))) goes_on = write_owed(fd);
    if (!goes_on || events & (EPOLLHUP | EPOLLERR)) {
        close(fd);
        connection->watches = false;
        return;
    }
    report_room(fd);
}

int main(int argc, char **argv) {
    if (argc < 2 || argc == 4 || argc > 5) {
        fprintf(stderr, "usage: bare-server SOCKET [ANSWER-BYTES [WATCH CHANGE]]\n");
        return 64;
    }
    if (argc > 2) answer_bytes = strtoul(argv[2], NULL, 10);
    if (argc == 5) watch_word = argv[3], change_word = argv[4];
    fill_answers();
    int listener = listen_at(argv[1]);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) fail("epoll_create1");
    watch(EPOLL_CTL_ADD, listener, EPOLLIN);
    puts("listening");
    fflush(stdout);
    struct epoll_event events[64];
    while (true) {
        int count = epoll_wait(epoll, events, sizeof events / sizeof *events, -1);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == listener) accept_some(listener);
            else serve(events[i].data.fd, events[i].events);
        }
    }
}
