/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What callbacks may do, and that each runs once: `behaviour SOCKET`, at a daemon that answers everything but
 * session.profile, which it never answers. And what is read without a parser.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sessiond/sessiond.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/plain.h"

#undef assert
#define assert(holds) ((holds) ? (void)0 : (fprintf(stderr, "line %d: %s\n", __LINE__, #holds), exit(1)))

static const char *path;
static sessiond_client *client;
static sessiond_pending *other;
static int count;
static sessiond_code last;

static void note(sessiond_answer *answer, sessiond_error *error, void *user_data) {
    (void)user_data;
    assert((answer == NULL) != (error == NULL));
    last = sessiond_error_code(error);
    count++;
}

static void begin(sessiond_request *request, unsigned timeout_ms, sessiond_answer_callback callback) {
    assert(sessiond_call_async(client, request, timeout_ms, callback, NULL, NULL) == SESSIOND_OK);
}

static void run_until(int wanted) {
    struct pollfd entry = {.fd = sessiond_client_fd(client), .events = sessiond_client_events(client)};
    while (count < wanted) {
        assert(poll(&entry, 1, 20000) > 0);
        sessiond_client_dispatch(client);
    }
}

static void open_client(void) {
    count = 0;
    assert(sessiond_client_new(path, &client, NULL) == SESSIOND_OK);
}

/* Each callback once, never from within the call, also where that fails at once. */
static void tells_what_fails_at_once(void) {
    open_client();
    sessiond_request *request = sessiond_request_sign_in("a@example.com", "\xff");
    begin(request, 0, note);
    assert(count == 0 && sessiond_client_timeout_ms(client) == 0);
    run_until(1);
    assert(last == SESSIOND_ERROR_INVALID_ARGUMENT && sessiond_client_timeout_ms(client) != 0);
    client = sessiond_client_unref(client);
    assert(count == 1);
}

/* No timer is needed beside the descriptor. */
static void wakes_for_a_deadline(void) {
    open_client();
    begin(sessiond_request_profile(), 50, note);
    run_until(1);
    assert(last == SESSIOND_ERROR_TIMED_OUT);
    client = sessiond_client_unref(client);
}

static void close_all(sessiond_answer *answer, sessiond_error *error, void *user_data) {
    note(answer, error, user_data);
    sessiond_client_close(client);
    client = sessiond_client_unref(client);
}

/* Whoever closes has the others told, and may give the client back. */
static void closes_in_a_callback(void) {
    open_client();
    begin(sessiond_request_profile(), 0, note);
    begin(sessiond_request_status(), 0, close_all);
    begin(sessiond_request_profile(), 0, note);
    int descriptor = sessiond_client_fd(client);
    struct pollfd entry = {.fd = descriptor, .events = POLLIN};
    while (client != NULL) {
        assert(poll(&entry, 1, 20000) > 0);
        sessiond_client_dispatch(client);
    }
    assert(count == 3 && last == SESSIOND_ERROR_CLOSED);
    assert(fcntl(descriptor, F_GETFD) < 0 && errno == EBADF);
}

static void cancel_other(sessiond_answer *answer, sessiond_error *error, void *user_data) {
    note(answer, error, user_data);
    sessiond_pending_cancel(other);
    sessiond_pending_cancel(other);
    other = sessiond_pending_unref(other);
}

static void cancels_in_a_callback(void) {
    open_client();
    assert(sessiond_call_async(client, sessiond_request_profile(), 0, note, NULL, &other) == SESSIOND_OK);
    begin(sessiond_request_status(), 0, cancel_other);
    run_until(2);
    assert(last == SESSIOND_ERROR_CANCELLED && other == NULL);
    client = sessiond_client_unref(client);
}

static void wait_in_callback(sessiond_answer *answer, sessiond_error *error, void *user_data) {
    note(answer, error, user_data);
    int before = count;
    sessiond_answer *token = NULL;
    assert(sessiond_call(client, sessiond_request_retrieve_token(0), 0, &token, NULL) == SESSIOND_OK);
    assert(strcmp(sessiond_token_uuid(sessiond_answer_token(token)), sessiond_answer_uuid(token)) == 0);
    sessiond_answer_unref(token);
    assert(sessiond_client_dispatch(client) == 0 && count == before);
}

/* What is answered meanwhile is told afterwards. */
static void waits_in_a_callback(void) {
    open_client();
    begin(sessiond_request_status(), 0, wait_in_callback);
    begin(sessiond_request_status(), 0, note);
    run_until(2);
    client = sessiond_client_unref(client);
}

static void see(const sessiond_change *change, void *changes) {
    assert(sessiond_change_cause(change) == SESSIOND_CAUSE_SNAPSHOT && sessiond_change_is_other_customer(change));
    assert(sessiond_status_state(sessiond_change_status(change)) == SESSIOND_STATE_ANONYMOUS);
    count++;
    sessiond_changes **following = changes;
    *following = sessiond_changes_unref(*following);
}

/* Who follows may end that in their own callback; who comes later sees the session, too. */
static void ends_following_in_its_callback(void) {
    open_client();
    sessiond_changes *first = NULL, *second = NULL, *third = NULL;
    assert(sessiond_follow(client, see, &first, &first, NULL) == SESSIOND_OK);
    assert(sessiond_follow(client, see, &second, &second, NULL) == SESSIOND_OK);
    run_until(2);
    assert(first == NULL && second == NULL);
    assert(sessiond_follow(client, NULL, NULL, &third, NULL) == SESSIOND_OK);
    sessiond_change *change = sessiond_changes_next(third, -1);
    assert(strcmp(sessiond_change_name(change), "snapshot") == 0);
    assert(sessiond_changes_next(third, 20) == NULL && !sessiond_changes_ended(third));
    const sessiond_status *kept = sessiond_status_ref(sessiond_change_status(change));
    sessiond_change_unref(change);
    sessiond_client_close(client);
    assert(sessiond_changes_ended(third) && sessiond_changes_next(third, -1) == NULL);
    sessiond_changes_unref(third);
    client = sessiond_client_unref(client);
    assert(sessiond_status_generation(kept) == 7);
    sessiond_status_unref(kept);
}

/* What is set twice counts as it was set last; NULL leaves it out. */
static void sets_parameters(void) {
    open_client();
    sessiond_request *request = sessiond_request_sign_in("wrong@example.com", "secret");
    sessiond_request_set_text(request, "email", "right@example.com");
    sessiond_request_set_text(request, "authID", "x");
    sessiond_request_set_text(request, "authID", NULL);
    sessiond_request_set_json(request, "attributes", "{ \"a\":\n[1, true] }");
    sessiond_request_set_if_generation(request, INT64_MAX);
    sessiond_answer *answer = NULL;
    assert(sessiond_call(client, request, 0, &answer, NULL) == SESSIOND_OK);
    assert(strcmp(sessiond_status_login(sessiond_answer_status(answer)), "right@example.com") == 0);
    sessiond_answer_unref(answer);
    request = sessiond_request_sign_in("a@example.com", "secret");
    sessiond_request_set_json(request, "attributes", "{not JSON}");
    assert(sessiond_call(client, request, 0, NULL, NULL) == SESSIOND_ERROR_INVALID_ARGUMENT);
    assert(sessiond_call(client, NULL, 0, NULL, NULL) == SESSIOND_ERROR_NO_RESOURCES);
    sessiond_request_unref(sessiond_request_new("session.somethingNew"));
    client = sessiond_client_unref(client);
}

static void refuses_paths(void) {
    sessiond_error *error = NULL;
    char far[200];
    memset(far, 'x', sizeof far - 1);
    far[sizeof far - 1] = '\0';
    assert(sessiond_client_new(far, &client, &error) == SESSIOND_ERROR_INVALID_SOCKET_PATH && client == NULL);
    assert(strcmp(sessiond_error_name(error), "invalidSocketPath") == 0 && sessiond_error_hint(error) != NULL);
    error = sessiond_error_unref(error);
    assert(sessiond_client_new("", &client, NULL) == SESSIOND_ERROR_INVALID_SOCKET_PATH);
    /* Nothing is asked of what is not there. */
    assert(sessiond_error_code(NULL) == SESSIOND_OK && sessiond_answer_token(NULL) == NULL);
    assert(sessiond_status_uuid(NULL) == NULL && sessiond_token_reveal(NULL) == NULL);
    assert(sessiond_answer_uuid(NULL) == NULL);
}

static void reads_plain_json_as_the_parser_does(void) {
    static const char *const plain[] = {
        "{}", "[]", "0", "-1", "999999999999999999", "-999999999999999999", "\"\"", "\"a b/'\x7f\"", "true", "false",
        "null", "{\"a\":{\"b\":[1,\"c\",true,null,{}]},\"\":[[]]}", "[[[[[[[1]]]]]]]"};
    /* Of these, the parser takes some. */
    static const char *const others[] = {
        "", "{", "[", "\"", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "[1,]", "[,1]", "[1", "{\"a\":1", "{1:2}", "{}x",
        "1 ", " 1", "{ }", "-", "-0", "01", "-01", "+1", "1.5", "1e3", "1.", "9999999999999999999", "1234567890123456789",
        "tru", "truex", "nul", "\"\\n\"", "\"\\u0000\"", "\"\xc3\xa4\"", "\"\n\"", "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":1}", "[[[[[[[[[1]]]]]]]]]", "{\"a\":[1}", "]", "}",
        "{\"a-name-with-more-bytes-than-any-has-which-is-more-than-sixty-three\":1}"};
    for (size_t index = 0; index < sizeof plain / sizeof *plain; index++) {
        json_t *value = plain_json(plain[index], strlen(plain[index]));
        json_t *parsed = json_loads(plain[index], JSON_DECODE_ANY, NULL);
        assert(value != NULL && json_equal(value, parsed));
        json_decref(value), json_decref(parsed);
    }
    for (size_t index = 0; index < sizeof others / sizeof *others; index++)
        assert(plain_json(others[index], strlen(others[index])) == NULL);
}

int main(int arguments, char **words) {
    assert(arguments == 2);
    path = words[1];
    signal(SIGPIPE, SIG_DFL);
    tells_what_fails_at_once();
    wakes_for_a_deadline();
    closes_in_a_callback();
    cancels_in_a_callback();
    waits_in_a_callback();
    ends_following_in_its_callback();
    sets_parameters();
    refuses_paths();
    reads_plain_json_as_the_parser_does();
    return 0;
}
