// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

// The same layout on the architectures where the kernel does not pack it; elsewhere it is copied member by member.
_Static_assert(CLINUX_EPOLLIN == EPOLLIN && CLINUX_EPOLLOUT == EPOLLOUT, "epoll event bits");
_Static_assert(CLINUX_EPOLLERR == EPOLLERR && CLINUX_EPOLLHUP == EPOLLHUP, "epoll event bits");
_Static_assert(CLINUX_EPOLLRDHUP == EPOLLRDHUP && CLINUX_EPOLLONESHOT == EPOLLONESHOT, "epoll event bits");
_Static_assert(CLINUX_EPOLL_ADD == EPOLL_CTL_ADD && CLINUX_EPOLL_DELETE == EPOLL_CTL_DEL, "epoll operations");
_Static_assert(CLINUX_EPOLL_MODIFY == EPOLL_CTL_MOD, "epoll operations");
_Static_assert(CLINUX_F_ADD_SEALS == F_ADD_SEALS && CLINUX_F_GET_SEALS == F_GET_SEALS, "seal operations");
_Static_assert(CLINUX_ALL_SEALS == (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE), "seals");

int clinux_peer_credentials(int fd, pid_t *pid, uid_t *uid, gid_t *gid) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0) return -1;
    *pid = credentials.pid;
    *uid = credentials.uid;
    *gid = credentials.gid;
    return 0;
}

int clinux_peer_groups(int fd, gid_t *groups, int *capacity) {
    socklen_t size = (socklen_t)*capacity * sizeof *groups;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0) {
        if (errno == ERANGE) *capacity = (int)(size / sizeof *groups);
        return -1;
    }
    return (int)(size / sizeof *groups);
}

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int clinux_epoll_control(int epoll, int operation, int fd, uint32_t events, uint64_t data) {
    struct epoll_event event = {.events = events, .data = {.u64 = data}};
    return epoll_ctl(epoll, operation, fd, &event);
}

int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, int timeout_milliseconds) {
    enum { most = 256 };
    struct epoll_event ready[most];
    int count = (int)syscall(
        SYS_epoll_pwait, epoll, ready, capacity < most ? capacity : most, timeout_milliseconds, NULL, 0);
    for (int i = 0; i < count; i++) {
        events[i].events = ready[i].events;
        events[i].data = ready[i].data.u64;
    }
    return count;
}

ssize_t clinux_read(int fd, void *bytes, size_t count) { return syscall(SYS_read, fd, bytes, count); }

ssize_t clinux_send(int fd, const void *bytes, size_t count) {
    return syscall(SYS_sendto, fd, bytes, count, MSG_NOSIGNAL, NULL, 0);
}

bool clinux_wait_briefly(int fd, long *nanoseconds) {
    struct pollfd entry = {.fd = fd, .events = POLLIN};
    struct timespec left = {.tv_nsec = *nanoseconds};
    long count;
    // glibc's wrapper would hide what is left.
    do count = syscall(SYS_ppoll, &entry, 1, &left, NULL, 0);
    while (count < 0 && errno == EINTR);
    *nanoseconds = left.tv_nsec;
    return count != 0;
}

int clinux_accept(int fd) { return accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

int clinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int clinux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void clinux_eventfd_wake(int fd) { (void)eventfd_write(fd, 1); }

void clinux_eventfd_clear(int fd) {
    eventfd_t count;
    (void)eventfd_read(fd, &count);
}

int clinux_timerfd(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC); }

void clinux_timerfd_set(int fd, long nanoseconds) {
    struct itimerspec once = {.it_value = {.tv_nsec = nanoseconds}};
    (void)timerfd_settime(fd, 0, &once, NULL);
}

void clinux_timerfd_clear(int fd) {
    uint64_t count;
    (void)!read(fd, &count, sizeof count);
}

int clinux_signalfd(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

bool clinux_signalfd_read(int fd, struct clinux_signal *signal) {
    struct signalfd_siginfo info;
    if (read(fd, &info, sizeof info) != sizeof info) return false;
    signal->number = (int)info.ssi_signo;
    signal->pid = (pid_t)info.ssi_pid;
    signal->uid = info.ssi_uid;
    return true;
}

char *clinux_secure_getenv(const char *name) { return secure_getenv(name); }

int clinux_network_changes(void) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (fd < 0) return -1;
    struct sockaddr_nl address = {
        .nl_family = AF_NETLINK,
        .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE,
    };
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int64_t clinux_clock_maximum_error(void) {
    struct timex clock = {0};
    return adjtimex(&clock) < 0 ? -1 : clock.maxerror;
}

int clinux_set_dumpable(int dumpable) { return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0); }

void clinux_leave(int status) {
    // Of this stream alone: another may be held by a thread that reads from it, for ever.
    fflush(stdout);
    _exit(status);
}

int clinux_set_thread_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

int clinux_terminal_columns(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int clinux_memfd(const char *name) {
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
    if (fd < 0 && errno == EINVAL) fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return fd;
}

void clinux_explicit_bzero(void *bytes, size_t count) { explicit_bzero(bytes, count); }

// The program itself comes first, dl_iterate_phdr(3); what it may write to is no longer what is in its file.
static int give_back_pages(struct dl_phdr_info *program, size_t size, void *unused) {
    (void)size, (void)unused;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < program->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &program->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        uintptr_t begin = (program->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        uintptr_t end = (program->dlpi_addr + segment->p_vaddr + segment->p_memsz) & ~(page - 1);
        if (begin < end) madvise((void *)begin, end - begin, MADV_DONTNEED);
    }
    return 0;
}

void clinux_give_back_memory(void) {
    malloc_trim(0);
    dl_iterate_phdr(give_back_pages, NULL);
}
