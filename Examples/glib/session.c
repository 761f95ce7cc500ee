// SPDX-License-Identifier: Apache-2.0
//
// Uses the customer session of the device from the main loop of GLib, and so of GTK:
//
//     cc -o session session.c $(pkg-config --cflags --libs libsessiond glib-2.0)
//     ./session token    prints whose token there is, and until when it lives
//     ./session watch    prints who the customer is, now and whenever that changes, until it is interrupted
//
// SESSIOND_SOCKET names the daemon's socket; without it, it is where an installed daemon has it.
#include <glib-unix.h>
#include <sessiond/sessiond.h>
#include <stdio.h>
#include <stdlib.h>

// How long a call may take.
#define DEADLINE_SECONDS 10

static GMainLoop *loop;
static char *last;

// All that connects the two: one source, which stays the same over lost connections.
static gboolean dispatch(int descriptor, GIOCondition condition, gpointer client) {
    (void)descriptor, (void)condition;
    sessiond_client_dispatch(client);
    return G_SOURCE_CONTINUE;
}

static void got_token(sessiond_answer *answer, sessiond_error *error, void *status) {
    if (error != NULL) {
        g_printerr("session: %s\n", sessiond_error_message(error));
        *(int *)status = 1;
    } else {
        // sessiond_token_reveal() is what goes into the header `Authorization: Bearer …`; it is never printed.
        const sessiond_token *token = sessiond_answer_token(answer);
        g_print("%s %s\n", sessiond_token_uuid(token), sessiond_token_expires_at(token));
    }
    g_main_loop_quit(loop);
}

static void changed(const sessiond_change *change, void *user_data) {
    (void)user_data;
    const sessiond_status *status = sessiond_change_status(change);
    const sessiond_error *error = sessiond_change_error(change);
    if (error != NULL) g_printerr("session: %s\n", sessiond_error_message(error));
    if (status == NULL) return;
    char *view = g_strdup_printf(
        "%s %s %" G_GINT64_FORMAT, sessiond_status_state_name(status), sessiond_status_uuid(status),
        (gint64)sessiond_status_generation(status));
    if (g_strcmp0(view, last) != 0) puts(view);
    // Where nobody reads any more, SIGPIPE ends it; where that is ignored, this does.
    if (fflush(stdout) != 0) exit(1);
    g_free(last);
    last = view;
}

int main(int count, char **arguments) {
    sessiond_client *client = NULL;
    sessiond_error *error = NULL;
    const char *verb = count == 2 ? arguments[1] : "";
    int status = 0;
    if (sessiond_client_new(NULL, &client, &error) != SESSIOND_OK) {
        g_printerr("session: %s\n", sessiond_error_message(error));
        return 1;
    }
    loop = g_main_loop_new(NULL, FALSE);
    guint source = g_unix_fd_add(sessiond_client_fd(client), G_IO_IN, dispatch, client);
    if (g_str_equal(verb, "token")) {
        sessiond_call_async(
            client, sessiond_request_retrieve_token(60), DEADLINE_SECONDS * 1000, got_token, &status, NULL);
    } else if (g_str_equal(verb, "watch")) {
        if (sessiond_follow(client, changed, NULL, NULL, NULL) != SESSIOND_OK) return 1;
    } else {
        g_printerr("usage: session token|watch\n");
        return 64;
    }
    g_main_loop_run(loop);
    g_source_remove(source);
    sessiond_client_unref(client);
    g_main_loop_unref(loop);
    g_free(last);
    return status;
}
