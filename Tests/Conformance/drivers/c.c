/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DRIVER SOCKET: uses libsessiond as an app would, from a main loop around poll(2): ../README.md.
 *
 * DRIVER --blocking SOCKET: as an app without a main loop, which waits for each answer, and for changes in turns.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <sessiond/sessiond.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Something that was asked for. */
struct asked {
    struct asked *next;
    char *name;
    sessiond_pending *call;
    sessiond_changes *changes;
};

static sessiond_client *client;
static struct asked *all;

static void say(const char *name, const char *member, json_t *value) {
    json_t *line = json_pack("{s:s, s:o}", "id", name, member, value);
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    fflush(stdout);
    json_decref(line);
}

static void forget(struct asked *asked) {
    struct asked **place = &all;
    while (*place != asked) place = &(*place)->next;
    *place = asked->next;
    sessiond_pending_unref(asked->call);
    sessiond_changes_unref(asked->changes);
    free(asked->name);
    free(asked);
}

static json_t *parsed(char *text) {
    json_t *value = text == NULL ? NULL : json_loads(text, JSON_ALLOW_NUL, NULL);
    free(text);
    return value == NULL ? json_object() : value;
}

static void set(json_t *object, const char *name, const char *secret) {
    if (secret != NULL) json_object_set_new(object, name, json_string(secret));
}

static json_t *shown_answer(const sessiond_answer *answer) {
    json_t *object = parsed(sessiond_answer_json(answer));
    const sessiond_token *token = sessiond_answer_token(answer);
    if (token != NULL) set(object, "token", sessiond_token_reveal(token));
    const sessiond_sign_in_request *request = sessiond_answer_sign_in_request(answer);
    if (request != NULL) {
        set(object, "userCode", sessiond_sign_in_request_user_code(request));
        set(object, "verificationURI", sessiond_sign_in_request_verification_uri(request));
        set(object, "verificationURIComplete", sessiond_sign_in_request_verification_uri_complete(request));
        set(object, "authorizationURL", sessiond_sign_in_request_authorization_url(request));
        set(object, "redirectURI", sessiond_sign_in_request_redirect_uri(request));
    }
    return object;
}

static json_t *shown_error(const sessiond_error *error) {
    json_t *object = json_pack(
        "{s:s, s:b, s:s}", "name", sessiond_error_name(error), "retryable", (int)sessiond_error_retryable(error),
        "message", sessiond_error_message(error));
    int64_t pause = sessiond_error_retry_after_seconds(error);
    if (pause >= 0) json_object_set_new(object, "retryAfterSeconds", json_integer(pause));
    return object;
}

static void take_answer(sessiond_answer *answer, sessiond_error *error, void *user_data) {
    struct asked *asked = user_data;
    if (error != NULL)
        say(asked->name, "error", shown_error(error));
    else
        say(asked->name, "answer", shown_answer(answer));
    forget(asked);
}

static void take_change(const sessiond_change *change, void *user_data) {
    struct asked *asked = user_data;
    const sessiond_status *status = sessiond_change_status(change);
    say(asked->name, "change",
        json_pack(
            "{s:s, s:o, s:b}", "cause", sessiond_change_name(change), "generation",
            status == NULL ? json_null() : json_integer(sessiond_status_generation(status)), "isOtherCustomer",
            (int)sessiond_change_is_other_customer(change)));
    if (sessiond_change_cause(change) != SESSIOND_CAUSE_REVOKED) return;
    say(asked->name, "ended", json_true());
    forget(asked);
}

static sessiond_request *request_for(const char *method, json_t *options, unsigned *timeout_ms) {
    char name[128];
    snprintf(name, sizeof name, "session.%s", method);
    sessiond_request *request = sessiond_request_new(name);
    const char *option;
    json_t *value;
    json_object_foreach(options, option, value) {
        if (strcmp(option, "_deadlineSeconds") == 0) {
            *timeout_ms = (unsigned)(json_number_value(value) * 1000);
        } else if (json_is_string(value)) {
            sessiond_request_set_text(request, option, json_string_value(value));
        } else if (json_is_integer(value)) {
            sessiond_request_set_integer(request, option, json_integer_value(value));
        } else if (json_is_boolean(value)) {
            sessiond_request_set_boolean(request, option, json_is_true(value));
        } else {
            char *text = json_dumps(value, JSON_ENCODE_ANY);
            sessiond_request_set_json(request, option, text);
            free(text);
        }
    }
    return request;
}

static void take_line(const char *line, bool is_blocking) {
    json_t *message = json_loads(line, 0, NULL);
    const char *cancelled = json_string_value(json_object_get(message, "cancel"));
    struct asked *asked = all;
    if (cancelled != NULL) {
        while (asked != NULL && strcmp(asked->name, cancelled) != 0) asked = asked->next;
        if (asked != NULL && asked->call != NULL) {
            sessiond_pending_cancel(asked->call);
        } else if (asked != NULL) {
            asked->changes = sessiond_changes_unref(asked->changes);
            say(asked->name, "ended", json_true());
            forget(asked);
        }
        json_decref(message);
        return;
    }
    const char *method = json_string_value(json_object_get(message, "call"));
    asked = calloc(1, sizeof *asked);
    asked->name = strdup(json_string_value(json_object_get(message, "id")));
    asked->next = all;
    all = asked;
    if (method == NULL) {
        if (sessiond_follow(client, is_blocking ? NULL : take_change, asked, &asked->changes, NULL) != SESSIOND_OK) abort();
        json_decref(message);
        return;
    }
    unsigned timeout_ms = 0;
    sessiond_request *request = request_for(method, json_object_get(message, "options"), &timeout_ms);
    if (is_blocking) {
        sessiond_answer *answer = NULL;
        sessiond_error *error = NULL;
        /* NULL is not given back: there is nothing to do with it. */
        if (sessiond_call(client, request, timeout_ms, &answer, &error) == SESSIOND_OK && answer == NULL) abort();
        take_answer(answer, error, asked);
        sessiond_answer_unref(answer);
        sessiond_error_unref(error);
    } else if (sessiond_call_async(client, request, timeout_ms, take_answer, asked, &asked->call) != SESSIOND_OK) {
        abort();
    }
    json_decref(message);
}

static char *input;
static size_t input_length, input_capacity;

/* Reads what there is; false at the end. */
static bool read_input(bool is_blocking) {
    if (input_capacity - input_length < 4096) input = realloc(input, input_capacity = input_capacity * 2 + 8192);
    ssize_t count = read(STDIN_FILENO, input + input_length, input_capacity - input_length - 1);
    if (count <= 0) return false;
    input_length += (size_t)count;
    for (char *end; (end = memchr(input, '\n', input_length)) != NULL;) {
        *end = '\0';
        take_line(input, is_blocking);
        input_length -= (size_t)(end + 1 - input);
        memmove(input, end + 1, input_length);
    }
    return true;
}

static void run_loop(void) {
    struct pollfd entries[] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = sessiond_client_fd(client), .events = sessiond_client_events(client)}};
    for (;;) {
        if (poll(entries, 2, -1) < 0) continue;
        if (entries[1].revents != 0) sessiond_client_dispatch(client);
        if (entries[0].revents != 0 && !read_input(false)) return;
    }
}

static void run_in_turns(void) {
    for (;;) {
        bool is_following = false;
        for (struct asked *asked = all, *next; asked != NULL; asked = next) {
            next = asked->next;
            is_following = true;
            sessiond_change *change = sessiond_changes_next(asked->changes, 10);
            if (change != NULL) take_change(change, asked);
            sessiond_change_unref(change);
        }
        struct pollfd entry = {.fd = STDIN_FILENO, .events = POLLIN};
        if (poll(&entry, 1, is_following ? 0 : -1) > 0 && !read_input(true)) return;
    }
}

int main(int count, char **arguments) {
    bool is_blocking = count == 3 && strcmp(arguments[1], "--blocking") == 0;
    sessiond_error *error = NULL;
    if (count < 2 || sessiond_client_new(arguments[count - 1], &client, &error) != SESSIOND_OK) {
        fprintf(stderr, "usage: driver [--blocking] SOCKET; %s\n", sessiond_error_message(error));
        return 64;
    }
    if (is_blocking)
        run_in_turns();
    else
        run_loop();
    /* Whatever is under way: nobody wants to hear of it any more. */
    fclose(stdout);
    stdout = fopen("/dev/null", "w");
    sessiond_client_close(client);
    while (all != NULL) forget(all);
    client = sessiond_client_unref(client);
    free(input);
    fclose(stdout);
    return 0;
}
