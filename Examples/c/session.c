// SPDX-License-Identifier: Apache-2.0
//
// Uses the customer session of the device, with libsessiond:
//
//     cc -o session session.c $(pkg-config --cflags --libs libsessiond)
//     ./session token      prints whose token there is, and until when it lives
//     ./session watch      prints who the customer is, now and whenever that changes, until it is interrupted
//     ./session sign-in    signs a customer in at an OpenID provider: prints the address and the code that they need, or
//                          the address for a browser, whose last address it then reads; interrupted, it gives that up
//     ./session till       a till: type `sign-in EMAIL PASSWORD`, `pay`, `sign-out`, or anything else to be there
//
// SESSIOND_SOCKET names the daemon's socket; without it, it is where an installed daemon has it.
#include <poll.h>
#include <sessiond/sessiond.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// How long a call may take.
#define DEADLINE_SECONDS 10
#define DEADLINE_MS (DEADLINE_SECONDS * 1000)

static sessiond_client *client;

static void fail(sessiond_error *error) {
    fprintf(stderr, "session: %s\n", sessiond_error_message(error));
    exit(1);
}

static void token(void) {
    sessiond_answer *answer = NULL;
    sessiond_error *error = NULL;
    if (sessiond_call(client, sessiond_request_retrieve_token(60), DEADLINE_MS, &answer, &error) != SESSIOND_OK) fail(error);
    const sessiond_token *token = sessiond_answer_token(answer);
    // sessiond_token_reveal() is what goes into the header `Authorization: Bearer …`; it is never printed.
    printf("%s %s\n", sessiond_token_uuid(token), sessiond_token_expires_at(token));
    sessiond_answer_unref(answer);
}

// A daemon that restarts is waited for. What happened meanwhile is told, or is in a change that tells of the gap, so that
// the last line is always right.
static void watch(void) {
    char last[256] = "", view[256];
    sessiond_error *error = NULL;
    sessiond_changes *changes = NULL;
    if (sessiond_follow(client, NULL, NULL, &changes, &error) != SESSIOND_OK) fail(error);
    for (sessiond_change *change; (change = sessiond_changes_next(changes, -1)) != NULL; sessiond_change_unref(change)) {
        const sessiond_status *status = sessiond_change_status(change);
        const sessiond_error *reason = sessiond_change_error(change);
        if (reason != NULL) fprintf(stderr, "session: %s\n", sessiond_error_message(reason));
        if (status == NULL) continue;
        snprintf(
            view, sizeof view, "%s %s %lld", sessiond_status_state_name(status), sessiond_status_uuid(status),
            (long long)sessiond_status_generation(status));
        if (strcmp(view, last) != 0) puts(view);
        // Where nobody reads any more, SIGPIPE ends it; where that is ignored, this does.
        if (fflush(stdout) != 0) exit(1);
        strcpy(last, view);
    }
    // The right to see the session was taken away, and that was said.
    sessiond_changes_unref(changes);
    sessiond_client_unref(client);
    exit(1);
}

// ---- Sign-in at the provider: one call, then changes, until none tells of it as pending any more ----

static volatile sig_atomic_t interrupted;

static void note_interrupt(int number) { interrupted = number; }

// Nobody is there any more to tell how it ends.
static void give_up(const char *attempt) {
    sessiond_answer *answer = NULL;
    sessiond_error *error = NULL;
    if (sessiond_call(client, sessiond_request_cancel_sign_in(attempt), DEADLINE_MS, &answer, &error) != SESSIOND_OK)
        fail(error);
    exit(1);
}

// Hands in the address that a browser was sent back to, which an app has from its web view.
static void complete(const char *attempt) {
    static char url[16385];
    sessiond_answer *answer = NULL;
    sessiond_error *error = NULL;
    if (fgets(url, sizeof url, stdin) == NULL) give_up(attempt);
    url[strcspn(url, "\r\n")] = '\0';
    sessiond_request *request = sessiond_request_complete_sign_in(attempt, url);
    if (sessiond_call(client, request, DEADLINE_MS, &answer, &error) != SESSIOND_OK) {
        fprintf(stderr, "session: %s\n", sessiond_error_message(error));
        give_up(attempt);
    }
    sessiond_answer_unref(answer);
}

static void sign_in(void) {
    sessiond_answer *answer = NULL;
    sessiond_error *error = NULL;
    sessiond_changes *changes = NULL;
    if (sessiond_call(client, sessiond_request_begin_sign_in(NULL), DEADLINE_MS, &answer, &error) != SESSIOND_OK) fail(error);
    // Without SA_RESTART: who waits for a line is interrupted.
    struct sigaction action = {.sa_handler = note_interrupt};
    sigaction(SIGINT, &action, NULL);
    const sessiond_sign_in_request *request = sessiond_answer_sign_in_request(answer);
    const char *attempt = sessiond_sign_in_request_attempt(request);
    const char *url = sessiond_sign_in_request_authorization_url(request);
    if (url != NULL)
        puts(url);
    else
        printf(
            "%s %s\n", sessiond_sign_in_request_verification_uri(request), sessiond_sign_in_request_user_code(request));
    fflush(stdout);
    if (url != NULL) complete(attempt);
    // It goes on by itself, over restarts of the daemon too, which asks the provider.
    if (sessiond_follow(client, NULL, NULL, &changes, &error) != SESSIOND_OK) fail(error);
    while (!interrupted) {
        sessiond_change *change = sessiond_changes_next(changes, 200);
        const sessiond_status *status = change == NULL ? NULL : sessiond_change_status(change);
        const char *pending = status == NULL ? NULL : sessiond_status_pending_sign_in(status);
        if (status != NULL && (pending == NULL || strcmp(pending, attempt) != 0)) {
            puts(sessiond_status_state_name(status));
            exit(sessiond_status_state(status) == SESSIOND_STATE_SIGNED_IN ? 0 : 1);
        }
        sessiond_change_unref(change);
    }
    give_up(attempt);
}

// ---- The till: calls and changes on one connection, in a loop around poll(2) ----

// When the policy of the device ends the session, and when another sign-in may be tried; 0: there is nothing to wait for.
static time_t ends_at, retry_at;

static time_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

static void greet(const sessiond_status *status) {
    switch (sessiond_status_state(status)) {
        case SESSIOND_STATE_SIGNED_IN: printf("Hello, %s.\n", sessiond_status_login(status)); break;
        case SESSIOND_STATE_SIMPLE: puts("Hello again."); break;
        case SESSIOND_STATE_EXPIRED: puts("Please sign in again."); break;
        default: puts("Welcome to a till."); break;
    }
}

static void changed(const sessiond_change *change, void *user_data) {
    (void)user_data;
    const sessiond_status *status = sessiond_change_status(change);
    const char *name = sessiond_change_name(change);
    if (sessiond_change_error(change) != NULL) {
        printf("Nothing is known now: %s.\n", sessiond_error_message(sessiond_change_error(change)));
        return;
    }
    bool is_other = sessiond_change_is_other_customer(change);
    if (is_other && sessiond_change_previous(change) != NULL) puts("Forget the last customer.");
    if (is_other || strcmp(name, "expiringSoonWithdrawn") == 0) ends_at = 0;
    if (strcmp(name, "expiringSoon") == 0) ends_at = now() + sessiond_change_at_seconds(change);
    if (is_other) greet(status);
}

static void answered(sessiond_answer *answer, sessiond_error *error, void *what) {
    if (error == NULL) {
        if (sessiond_answer_token(answer) != NULL)
            printf("Paid by %s.\n", sessiond_token_uuid(sessiond_answer_token(answer)));
        return;
    }
    // What programs go by is the code, never the message.
    if (sessiond_error_code(error) == SESSIOND_ERROR_AUTHORITY_REJECTED)
        puts("That was not right.");
    else
        printf("%s: %s.\n", (const char *)what, sessiond_error_message(error));
    int64_t seconds = sessiond_error_retry_after_seconds(error);
    if (seconds <= 0) return;
    retry_at = now() + seconds;
    printf("Try again in %lld s.\n", (long long)seconds);
}

static void call(sessiond_request *request, const char *what) {
    if (sessiond_call_async(client, request, DEADLINE_MS, answered, (void *)what, NULL) != SESSIOND_OK) puts("No memory.");
}

static void typed(char *line) {
    char *word = strtok(line, " \n");
    if (word != NULL && strcmp(word, "sign-in") == 0) {
        char *email = strtok(NULL, " \n"), *password = strtok(NULL, " \n");
        if (now() < retry_at)
            printf("Not before %lld s are over.\n", (long long)(retry_at - now()));
        else if (password != NULL)
            call(sessiond_request_sign_in(email, password), "Sign-in");
    } else if (word != NULL && strcmp(word, "sign-out") == 0) {
        call(sessiond_request_sign_out(), "Sign-out");
    } else {
        // Whatever somebody does shows that they are there.
        call(sessiond_request_touch(), "Touch");
        if (word == NULL || strcmp(word, "pay") != 0) return;
        sessiond_request *request = sessiond_request_retrieve_token(60);
        sessiond_request_set_boolean(request, "requireSignedIn", true);
        call(request, "Pay");
    }
}

static void till(void) {
    char line[1024];
    setvbuf(stdin, NULL, _IONBF, 0);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (sessiond_follow(client, changed, NULL, NULL, NULL) != SESSIOND_OK || sessiond_client_fd(client) < 0) exit(1);
    struct pollfd entries[] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = sessiond_client_fd(client), .events = sessiond_client_events(client)}};
    for (time_t told = 0;;) {
        // The warning counts down by itself.
        int count = poll(entries, 2, ends_at > 0 ? 200 : -1);
        if (count > 0 && entries[1].revents != 0) sessiond_client_dispatch(client);
        if (count > 0 && entries[0].revents != 0) {
            if (fgets(line, sizeof line, stdin) == NULL) return;
            typed(line);
        }
        if (ends_at > now() && told != now()) printf("Still there? %lld s\n", (long long)(ends_at - (told = now())));
    }
}

int main(int count, char **arguments) {
    const char *verb = count == 2 ? arguments[1] : "";
    sessiond_error *error = NULL;
    if (sessiond_client_new(NULL, &client, &error) != SESSIOND_OK) fail(error);
    if (strcmp(verb, "token") == 0) {
        token();
    } else if (strcmp(verb, "watch") == 0) {
        watch();
    } else if (strcmp(verb, "sign-in") == 0) {
        sign_in();
    } else if (strcmp(verb, "till") == 0) {
        till();
    } else {
        fprintf(stderr, "usage: session token|watch|sign-in|till\n");
        return 64;
    }
    sessiond_client_unref(client);
    return 0;
}
