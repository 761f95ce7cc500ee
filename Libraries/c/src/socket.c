/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "socket.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

sessiond_error *socket_path(const char *given, char path[MAXIMUM_PATH_BYTES + 1]) {
    const char *named = given != NULL ? given : secure_getenv("SESSIOND_SOCKET");
    if (given == NULL && (named == NULL || *named == '\0')) named = SESSIOND_SOCKET_PATH;
    size_t length = strlen(named);
    if (length > 0 && length <= MAXIMUM_PATH_BYTES) {
        memcpy(path, named, length + 1);
        return NULL;
    }
    const char *hint = "the default is " SESSIOND_SOCKET_PATH;
    if (length == 0)
        return error_new(SESSIOND_ERROR_INVALID_SOCKET_PATH, hint, "\"\" cannot be a socket's path: it is empty");
    return error_new(
        SESSIOND_ERROR_INVALID_SOCKET_PATH, hint,
        "\"%.200s\" cannot be a socket's path: it has %zu bytes, and a socket's path has at most %d", named, length,
        MAXIMUM_PATH_BYTES);
}

int socket_connect(const char *path) {
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    /* Not O_NONBLOCK: whoever waits for an answer waits in recv(2), for this long at a time. connect(2) goes by the
     * time for sending: where the daemon's queue is full, it fails as good as at once. */
    struct timeval moment = {.tv_usec = 1}, second = {.tv_sec = 1};
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &moment, sizeof moment);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path));
    int result;
    do result = connect(descriptor, (struct sockaddr *)&address, sizeof address);
    while (result < 0 && errno == EINTR);
    if (result == 0) return descriptor;
    int number = errno;
    close(descriptor);
    return -number;
}

static sessiond_error *permission_denied(const char *path) {
    struct stat details;
    if (stat(path, &details) != 0)
        return error_new(
            SESSIOND_ERROR_PERMISSION_DENIED, "ask its owner to open it", "a folder on the way to %s is closed to you",
            path);
    struct group group, *found = NULL;
    char names[1024];
    bool is_for_group = (details.st_mode & S_IWGRP) != 0 && details.st_gid != 0;
    if (!is_for_group || getgrgid_r(details.st_gid, &group, names, sizeof names, &found) != 0 || found == NULL)
        return error_new(
            SESSIOND_ERROR_PERMISSION_DENIED, "run this as its owner", "only its owner may use sessiond's socket %s",
            path);
    char hint[256];
    snprintf(
        hint, sizeof hint,
        "let an administrator run: usermod -aG %.64s USER, with this program's user; then log in again", group.gr_name);
    return error_new(
        SESSIOND_ERROR_PERMISSION_DENIED, hint, "only members of the group %s may use sessiond's socket %s",
        group.gr_name, path);
}

static const char *connecting_hint(const char *path, int number) {
    switch (number) {
        case ENOENT:
        case ENOTDIR:
        case ECONNREFUSED:
            return strcmp(path, SESSIOND_SOCKET_PATH) == 0 ? "start it: systemctl start sessiond.socket"
                                                          : "start it: sessiond --socket, with this path";
        case EAGAIN: return LOG_HINT;
        case EMFILE: return "this program has reached its limit of open files: ulimit -a";
        case ENFILE:
        case ENOMEM: return "the system is short of files or memory";
        default: return "see whether this is the right path: SESSIOND_SOCKET, or the default " SESSIOND_SOCKET_PATH;
    }
}

sessiond_error *socket_error(const char *path, int number) {
    if (number == EACCES) return error_with_errno(permission_denied(path), number);
    const char *hint = connecting_hint(path, number);
    sessiond_error *error;
    if (number == ENOENT || number == ENOTDIR)
        error = error_new(SESSIOND_ERROR_UNREACHABLE, hint, "sessiond is not running: there is no socket %s", path);
    else if (number == ECONNREFUSED)
        error = error_new(SESSIOND_ERROR_UNREACHABLE, hint, "sessiond is not running: nobody listens on %s", path);
    else if (number == EPROTOTYPE)
        error = error_new(
            SESSIOND_ERROR_UNREACHABLE, hint, "%s is a socket, but not sessiond's: it is not a stream socket", path);
    else if (number == EAGAIN)
        error = error_new(
            SESSIOND_ERROR_UNREACHABLE, hint, "sessiond does not keep up: the queue of %s is full", path);
    else
        error = error_new(
            SESSIOND_ERROR_UNREACHABLE, hint, "cannot connect to %s: %s", path, strerrordesc_np(number));
    return error_with_errno(error, number);
}
