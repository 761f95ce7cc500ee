// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>

static volatile sig_atomic_t caught[NSIG];
static struct sigaction actions_before[NSIG];
static bool is_caught[NSIG];
static sigset_t mask_before;

static void note(int number) { caught[number] = 1; }

void clinux_catch_signals(const int *signals, int count) {
    // No SA_RESTART: what waits for the terminal is to end.
    const struct sigaction noting = {.sa_handler = note};
    sigset_t held;
    sigemptyset(&held);
    for (int i = 0; i < count; i++) {
        int number = signals[i];
        // These come of a call of this thread's own, which waits for them to be delivered.
        if (number != SIGTTIN && number != SIGTTOU) sigaddset(&held, number);
    }
    pthread_sigmask(SIG_BLOCK, &held, &mask_before);
    for (int i = 0; i < count; i++) {
        int number = signals[i];
        caught[number] = 0;
        sigaction(number, NULL, &actions_before[number]);
        // Who has it ignored, as nohup(1) does, wants that to last. By default SIGCONT only continues.
        is_caught[number] = actions_before[number].sa_handler != SIG_IGN;
        if (is_caught[number]) sigaction(number, &noting, NULL);
    }
}

bool clinux_take_caught_signal(int number) {
    bool came = caught[number] != 0;
    caught[number] = 0;
    return came;
}

int clinux_wait_readable(int fd) {
    struct pollfd entry = {.fd = fd, .events = POLLIN};
    return ppoll(&entry, 1, NULL, &mask_before) < 0 ? errno : 0;
}

void clinux_release_signals(void) {
    for (int number = 1; number < NSIG; number++) {
        if (is_caught[number]) sigaction(number, &actions_before[number], NULL);
        is_caught[number] = false;
    }
    pthread_sigmask(SIG_SETMASK, &mask_before, NULL);
}
