/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSIOND_ERROR_H
#define SESSIOND_ERROR_H

#include <jansson.h>

#include "../include/sessiond/sessiond.h"

/* Where the daemon's own words are: who runs it may be systemd, or somebody at a terminal. */
#define LOG_HINT "try again; its log says why: journalctl -u sessiond, or where its standard error goes"
#define SERVICE_HINT \
    "see whether sessiond runs, and what it waits for: systemctl status sessiond; its log says more: " \
    "journalctl -u sessiond, or where its standard error goes"

/* Errors are never NULL where one was asked for: without memory it is this one, which is never freed. */
extern sessiond_error no_memory_error;

/* An error of the library's own; the message is as printf(3) has it. */
__attribute__((format(printf, 3, 4))) sessiond_error *error_new(
    sessiond_code code, const char *hint, const char *format, ...);
/* One that comes of a system call. */
sessiond_error *error_with_errno(sessiond_error *error, int number);
sessiond_error *error_retryable(sessiond_error *error, bool is_retryable);
/* How the session stands; taken over. */
void error_set_status(sessiond_error *error, json_t *status);
/* The daemon's error object; NULL where it is none. */
sessiond_error *error_of_daemon(json_t *object);

/* Gives an error to whoever called, or gives it back where they do not want it; its code. */
sessiond_code error_give(sessiond_error *error, sessiond_error **to);
/* Whether an interruption by one would be told after the other. */
bool error_is_same(const sessiond_error *one, const sessiond_error *other);

#endif
