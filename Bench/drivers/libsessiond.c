/* SPDX-License-Identifier: Apache-2.0 */
/* The library for C as programs use it: `libsessiond DAEMON TELLER`, a driver. */
#define _GNU_SOURCE
#include "driver.h"

#include <sessiond/sessiond.h>
#include <sys/poll.h>

static sessiond_client *client;
static const char *teller_path;

static double calls(int count) {
    double began = now();
    for (int call = 0; call < count; call++) {
        sessiond_answer *answer = NULL;
        sessiond_code code = sessiond_call(client, sessiond_request_retrieve_token(60), 0, &answer, NULL);
        require(code == SESSIOND_OK && sessiond_token_reveal(sessiond_answer_token(answer)) != NULL, "no token");
        sessiond_answer_unref(answer);
    }
    return began;
}

/* Of all tasks together. */
struct work {
    int left, under_way;
};

static void take(sessiond_answer *answer, sessiond_error *error, void *data);

static void ask(struct work *work) {
    if (work->left == 0) return;
    work->left--, work->under_way++;
    sessiond_code code = sessiond_call_async(client, sessiond_request_retrieve_token(60), 0, take, work, NULL);
    require(code == SESSIOND_OK, "it cannot be called");
}

static void take(sessiond_answer *answer, sessiond_error *error, void *data) {
    require(error == NULL && sessiond_token_reveal(sessiond_answer_token(answer)) != NULL, "no token");
    struct work *work = data;
    work->under_way--;
    ask(work);
}

static double tasks(int count) {
    struct work work = {.left = count};
    struct pollfd loop = {.fd = sessiond_client_fd(client), .events = POLLIN};
    double began = now();
    for (int task = 0; task < AT_ONCE; task++) ask(&work);
    while (work.under_way > 0) {
        poll(&loop, 1, -1);
        sessiond_client_dispatch(client);
    }
    return began;
}

static double events(int count) {
    sessiond_client *follower = NULL;
    sessiond_changes *changes = NULL;
    require(
        sessiond_client_new(teller_path, &follower, NULL) == SESSIOND_OK &&
            sessiond_follow(follower, NULL, NULL, &changes, NULL) == SESSIOND_OK, "it cannot be followed");
    sessiond_change_unref(sessiond_changes_next(changes, -1));
    double began = now();
    for (int event = 0; event < count;) {
        sessiond_change *change = sessiond_changes_next(changes, -1);
        require(sessiond_change_cause(change) != SESSIOND_CAUSE_GAP, "a gap");
        if (sessiond_change_cause(change) == SESSIOND_CAUSE_EVENT) event++;
        sessiond_change_unref(change);
    }
    sessiond_changes_unref(changes);
    sessiond_client_unref(follower);
    return began;
}

int main(int count, char **arguments) {
    require(count == 3, "DAEMON TELLER");
    teller_path = arguments[2];
    require(sessiond_client_new(arguments[1], &client, NULL) == SESSIOND_OK, "no client");
    int status = drive(&(struct driver){calls, tasks, events});
    sessiond_client_unref(client);
    return status;
}
