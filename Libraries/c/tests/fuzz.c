/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a daemon sends, under libFuzzer: `make fuzz` in Libraries/c. However the bytes are cut, the lines are the same;
 * secrets that are taken out of a line are in it no more; what is read without a parser is what that reads; and a
 * client that waits for answers and follows the session takes anything without harm, and ends every call once.
 */
#include "../src/client.c"

#include <assert.h>

static int ended;

static void count_end(sessiond_answer *answer, sessiond_error *error, void *user_data) {
    (void)user_data;
    assert((answer == NULL) != (error == NULL));
    const sessiond_token *token = sessiond_answer_token(answer);
    if (token != NULL) assert(sessiond_token_reveal(token) != NULL && sessiond_token_uuid(token) != NULL);
    const sessiond_status *status = sessiond_answer_status(answer);
    if (status != NULL) assert(sessiond_status_uuid(status) != NULL && sessiond_status_state_name(status) != NULL);
    if (error != NULL) assert(sessiond_error_name(error) != NULL && sessiond_error_message(error) != NULL);
    free(sessiond_answer_json(answer));
    ended++;
}

static void look(const sessiond_change *change, void *user_data) {
    (void)user_data;
    assert(sessiond_change_name(change) != NULL);
    sessiond_change_is_other_customer(change);
}

/* The sum of all lines, which does not depend on how they came. */
static uint64_t sum_of_lines(const uint8_t *data, size_t size, size_t step) {
    struct lines lines = {0};
    uint64_t sum = 0;
    for (size_t at = 0; at < size;) {
        size_t room, count = size - at < step ? size - at : step;
        char *to = lines_room(&lines, &room);
        assert(to != NULL && room > 0);
        if (count > room) count = room;
        memcpy(to, data + at, count);
        lines_filled(&lines, count);
        at += count;
        char *line;
        size_t length;
        while (lines_next(&lines, &line, &length) > 0) {
            for (size_t index = 0; index < length; index++) sum = sum * 31 + (uint8_t)line[index];
            sum = sum * 31 + '\n';
            struct scan scan;
            struct secret secrets[MAXIMUM_SECRETS] = {{0}};
            if (!scan_line(line, length, &scan)) continue;
            size_t before = length;
            int taken = take_secrets(line, &length, &scan, secrets);
            assert(taken < 0 || (size_t)taken == scan.count);
            assert(length <= before);
            for (int index = 0; index < taken; index++) {
                assert(strlen(secrets[index].text) == secrets[index].length);
                secret_free(&secrets[index]);
            }
        }
    }
    lines_free(&lines);
    return sum;
}

static void read_plain(const char *text, size_t size) {
    json_t *plain = plain_json(text, size);
    if (plain == NULL) return;
    json_t *parsed = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    assert(parsed != NULL && json_equal(plain, parsed));
    json_decref(plain);
    json_decref(parsed);
}

static void feed_client(const uint8_t *data, size_t size) {
    int ends[2];
    sessiond_client *client = NULL;
    if (sessiond_client_new("/nonexistent/sessiond.sock", &client, NULL) != SESSIOND_OK) abort();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) abort();
    client->socket = ends[0];
    client->was_connected = true;
    ended = 0;
    sessiond_call_async(client, sessiond_request_retrieve_token(60), 0, count_end, NULL, NULL);
    sessiond_call_async(client, sessiond_request_status(), 0, count_end, NULL, NULL);
    sessiond_call_async(client, sessiond_request_profile(), 0, count_end, NULL, NULL);
    sessiond_call_async(client, sessiond_request_sign_in("a@example.com", "secret"), 0, count_end, NULL, NULL);
    say_hello(client);
    sessiond_follow(client, look, NULL, NULL, NULL);
    sessiond_call_async(client, sessiond_request_begin_sign_in(NULL), 0, count_end, NULL, NULL);
    for (size_t at = 0; at < size && client->socket == ends[0];) {
        ssize_t count = send(ends[1], data + at, size - at, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count > 0) at += (size_t)count;
        sessiond_client_dispatch(client);
    }
    close(ends[1]);
    for (int turn = 0; turn < 4 && client->socket >= 0; turn++) sessiond_client_dispatch(client);
    sessiond_client_close(client);
    assert(ended == 5);
    sessiond_client_unref(client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint64_t whole = sum_of_lines(data, size, size + 1);
    assert(sum_of_lines(data, size, 1) == whole && sum_of_lines(data, size, 7) == whole);
    const uint8_t *end = size == 0 ? NULL : memchr(data, '\n', size);
    if (size > 0) read_plain((const char *)data, end == NULL ? size : (size_t)(end - data));
    feed_client(data, size);
    return 0;
}
