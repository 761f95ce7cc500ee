/* SPDX-License-Identifier: Apache-2.0 */
/* What drivers in C have in common: Bench/README.md. */
#ifndef BENCH_DRIVER_H
#define BENCH_DRIVER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#define AT_ONCE 16

struct driver {
    /* Do so many, and say when the first began. */
    double (*calls)(int count);
    double (*tasks)(int count);
    double (*events)(int count);
};

static inline double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static inline void require(int condition, const char *what) {
    if (condition) return;
    fprintf(stderr, "%s\n", what);
    exit(1);
}

/* Does what the lines of the input say, and says how many microseconds each took. */
static inline int drive(const struct driver *driver) {
    char what[16];
    int count;
    while (scanf("%15s %d", what, &count) == 2) {
        double (*work)(int) = strcmp(what, "calls") == 0 ? driver->calls
            : strcmp(what, "tasks") == 0                 ? driver->tasks
                                                         : driver->events;
        double began = work(count);
        printf("%.4f\n", (now() - began) / count * 1e6);
        fflush(stdout);
    }
    return 0;
}

#endif
