/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSIOND_SOCKET_H
#define SESSIOND_SOCKET_H

#include "error.h"

/* `sun_path` has 108 with the NUL at its end (unix(7)). */
#define MAXIMUM_PATH_BYTES 107

/* Finds out where the daemon listens; NULL, or why that cannot be a socket's path. */
sessiond_error *socket_path(const char *given, char path[MAXIMUM_PATH_BYTES + 1]);
/* Connects, which succeeds or fails at once on a Unix socket: a descriptor, or a negated errno. */
int socket_connect(const char *path);
/* Why it could not be connected: what, where, and what to do. */
sessiond_error *socket_error(const char *path, int number);

#endif
