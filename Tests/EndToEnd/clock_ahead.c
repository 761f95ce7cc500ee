// SPDX-License-Identifier: Apache-2.0
// A clock_gettime(2) for LD_PRELOAD whose clocks are as many seconds ahead as the file CLOCK_AHEAD says, 8 bytes in this
// machine's order: for what takes hours. Timers keep the kernel's time: only what is asked for comes early.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *ahead;

__attribute__((constructor)) static void find(void) {
    int file = open(getenv("CLOCK_AHEAD"), O_RDONLY | O_CLOEXEC);
    void *found = mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
    if (file < 0 || found == MAP_FAILED) abort();
    ahead = found;
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && ahead != NULL && (clock == CLOCK_BOOTTIME || clock == CLOCK_REALTIME)) time->tv_sec += *ahead;
    return result;
}
