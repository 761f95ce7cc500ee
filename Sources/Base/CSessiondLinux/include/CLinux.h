// SPDX-License-Identifier: Apache-2.0
// Kernel calls that Swift's Glibc module does not show. Prototypes only: a _GNU_SOURCE include in a public header
// can clash with Glibc's module.
#ifndef SESSIOND_CLINUX_H
#define SESSIOND_CLINUX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// SO_PEERCRED, unix(7). 0, or -1 with errno.
int clinux_peer_credentials(int fd, pid_t *pid, uid_t *uid, gid_t *gid);
// SO_PEERGROUPS, unix(7). The number of supplementary groups written, or -1 with errno; ERANGE: `capacity` was too small,
// and is what it has to be.
int clinux_peer_groups(int fd, gid_t *groups, int *capacity);

// epoll(7). `data` carries the caller's value for the descriptor.
int clinux_epoll_create(void);
int clinux_epoll_control(int epoll, int operation, int fd, uint32_t events, uint64_t data);
struct clinux_event { uint32_t events; uint64_t data; };
// EINTR is retried by the caller. The number of events, or -1 with errno.
int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, int timeout_milliseconds);

// read(2) and send(2) with MSG_NOSIGNAL. Those of glibc are points at which a thread can be cancelled, which costs each
// call two atomic operations.
ssize_t clinux_read(int fd, void *bytes, size_t count);
ssize_t clinux_send(int fd, const void *bytes, size_t count);
// Waits for less than a second until there is something to read or the peer is gone, and takes off what of the time is
// gone; ppoll(2), which counts it by itself. False: the time is up.
bool clinux_wait_briefly(int fd, long *nanoseconds);

#define CLINUX_EPOLL_ADD 1
#define CLINUX_EPOLL_DELETE 2
#define CLINUX_EPOLL_MODIFY 3
#define CLINUX_EPOLLIN 0x001u
#define CLINUX_EPOLLOUT 0x004u
#define CLINUX_EPOLLERR 0x008u
#define CLINUX_EPOLLHUP 0x010u
#define CLINUX_EPOLLRDHUP 0x2000u
#define CLINUX_EPOLLONESHOT 0x40000000u

// accept4(2) with SOCK_NONBLOCK | SOCK_CLOEXEC.
int clinux_accept(int fd);
// pipe2(2) with O_CLOEXEC: the reader first, then the writer.
int clinux_pipe(int ends[2]);
// eventfd(2) with EFD_NONBLOCK | EFD_CLOEXEC.
int clinux_eventfd(void);
// Adds one to an eventfd, which makes it readable; and takes everything out of it again.
void clinux_eventfd_wake(int fd);
void clinux_eventfd_clear(int fd);
// timerfd_create(2) by CLOCK_MONOTONIC with TFD_NONBLOCK | TFD_CLOEXEC.
int clinux_timerfd(void);
// Has it run out once, after less than a second; and takes note of that.
void clinux_timerfd_set(int fd, long nanoseconds);
void clinux_timerfd_clear(int fd);
// signalfd(2), non-blocking, for `count` signals, which are blocked in the calling thread first.
int clinux_signalfd(const int *signals, int count);
// Takes a signal out of a signalfd: which, and who sent it. False where none waits.
struct clinux_signal { int number; pid_t pid; uid_t uid; };
bool clinux_signalfd_read(int fd, struct clinux_signal *signal);
// Has signals noted in place of what they do, sigaction(2), for one thread at a time; those that are ignored stay so. All
// but SIGTTIN and SIGTTOU are held back except while clinux_wait_readable waits, so that none is missed.
void clinux_catch_signals(const int *signals, int count);
// Whether the signal was noted since; forgets it.
bool clinux_take_caught_signal(int number);
// Waits until there is something to read: 0, or an errno; EINTR: a signal was noted.
int clinux_wait_readable(int fd);
// Puts back what clinux_catch_signals has changed; what was held back is delivered here.
void clinux_release_signals(void);
// secure_getenv(3).
char *clinux_secure_getenv(const char *name);
// A netlink(7) route socket, non-blocking, that hears of links, addresses and routes that come and go.
int clinux_network_changes(void);
// adjtimex(2) that changes nothing: by how many microseconds the wall clock may be wrong, or -1 with errno.
int64_t clinux_clock_maximum_error(void);
// PR_SET_DUMPABLE, prctl(2).
int clinux_set_dumpable(int dumpable);

// Ends the process with what was written to standard output, and without taking apart what other threads use, as exit(3)
// does: OpenSSL, while one makes a connection.
_Noreturn void clinux_leave(int status);
// PR_SET_NAME, prctl(2): at most 15 bytes.
int clinux_set_thread_name(const char *name);
// The columns of a terminal, TIOCGWINSZ of ioctl_tty(2); 0: it has none, or is no terminal.
int clinux_terminal_columns(int fd);
// memfd_create(2) with MFD_CLOEXEC | MFD_ALLOW_SEALING, not executable where the kernel knows that (6.3).
int clinux_memfd(const char *name);
// F_ADD_SEALS and F_GET_SEALS, fcntl(2); all seals that keep the content as it is.
#define CLINUX_F_ADD_SEALS 1033
#define CLINUX_F_GET_SEALS 1034
#define CLINUX_ALL_SEALS 0xF
// Gives the kernel back what only the start needed: freed memory, malloc_trim(3), and the pages of the program and
// its libraries that are as they are in their files, madvise(2), of which those that are used come back from the page
// cache.
void clinux_give_back_memory(void);
// explicit_bzero(3).
void clinux_explicit_bzero(void *bytes, size_t count);

#endif
