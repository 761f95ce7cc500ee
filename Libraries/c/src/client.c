/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "plain.h"

int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_BOOTTIME, &time);
    return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

int64_t backoff_pause(struct backoff *backoff) {
    int64_t pause = backoff->next;
    backoff->next = pause * 2 < backoff->longest ? pause * 2 : backoff->longest;
    return pause;
}

/* ---- Life ---- */

sessiond_code sessiond_client_new(const char *given, sessiond_client **client, sessiond_error **error) {
    sessiond_client *new = calloc(1, sizeof *new);
    if (new == NULL) return error_give(&no_memory_error, error);
    sessiond_error *refusal = socket_path(given, new->path);
    if (refusal != NULL) {
        free(new);
        return error_give(refusal, error);
    }
    new->references = 1;
    new->socket = new->epoll = new->timer = -1;
    new->wake_at = new->timer_at = NEVER;
    new->next_id = 1;
    *client = new;
    return SESSIOND_OK;
}

sessiond_client *sessiond_client_ref(sessiond_client *client) {
    if (client != NULL) client->references++;
    return client;
}

static void deliver(sessiond_client *client, int *count);

void sessiond_client_close(sessiond_client *client) {
    if (client == NULL || client->is_closed) return;
    client->is_closed = true;
    sessiond_client_ref(client);
    client_disconnect(client, NULL);
    watch_close(client);
    calls_close(client);
    int count = 0;
    deliver(client, &count);
    sessiond_client_unref(client);
}

sessiond_client *sessiond_client_unref(sessiond_client *client) {
    if (client == NULL) return NULL;
    if (client->references == 1) sessiond_client_close(client);
    if (--client->references > 0) return NULL;
    lines_free(&client->in);
    buffer_free(&client->out);
    json_decref(client->hello);
    if (client->epoll >= 0) close(client->epoll);
    if (client->timer >= 0) close(client->timer);
    free(client);
    return NULL;
}

/* ---- What a main loop waits for ---- */

/* When a dispatch has something to do. */
static int64_t due_at(const sessiond_client *client) { return client->first_delivery != NULL ? 0 : client->wake_at; }

static void arm_timer(sessiond_client *client) {
    /* While it is dispatched, that is not known yet. */
    if (client->timer < 0 || client->is_dispatching || client->timer_at == due_at(client)) return;
    client->timer_at = due_at(client);
    /* 0 would disarm it. */
    int64_t instant = client->timer_at == NEVER ? 0 : client->timer_at > 0 ? client->timer_at : 1;
    struct itimerspec time = {.it_value = {.tv_sec = instant / SECOND, .tv_nsec = instant % SECOND}};
    timerfd_settime(client->timer, TFD_TIMER_ABSTIME, &time, NULL);
}

static void follow_socket(sessiond_client *client) {
    if (client->epoll < 0 || client->socket < 0) return;
    uint32_t events = EPOLLIN | (client->out.length > 0 && !client->is_broken ? EPOLLOUT : 0);
    if (events == client->epoll_events) return;
    struct epoll_event event = {.events = events};
    epoll_ctl(client->epoll, client->epoll_events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, client->socket, &event);
    client->epoll_events = events;
}

void client_wake_by(sessiond_client *client, int64_t instant) {
    if (instant >= client->wake_at) return;
    client->wake_at = instant;
    arm_timer(client);
}

int sessiond_client_fd(sessiond_client *client) {
    if (client->epoll >= 0) return client->epoll;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int timer = epoll < 0 ? -1 : timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN};
    if (timer < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &event) != 0) {
        int number = errno;
        if (epoll >= 0) close(epoll);
        if (timer >= 0) close(timer);
        errno = number;
        return -1;
    }
    client->epoll = epoll, client->timer = timer;
    follow_socket(client);
    arm_timer(client);
    return epoll;
}

short sessiond_client_events(const sessiond_client *client) {
    (void)client;
    return POLLIN;
}

static int milliseconds_until(int64_t instant) {
    if (instant == NEVER) return -1;
    int64_t left = instant - now();
    if (left <= 0) return 0;
    int64_t milliseconds = (left + MILLISECOND - 1) / MILLISECOND;
    return milliseconds < INT32_MAX ? (int)milliseconds : INT32_MAX;
}

int sessiond_client_timeout_ms(const sessiond_client *client) { return milliseconds_until(due_at(client)); }

/* ---- The connection ---- */

/* The first request of a connection; nobody waits for its answer but calls of what was added since 1.0. */
static void say_hello(sessiond_client *client) {
    client->hello_id = client->next_id++;
    buffer_append_raw(&client->out, "{\"jsonrpc\":\"2.0\",\"id\":");
    buffer_append_integer(&client->out, client->hello_id);
    buffer_append_raw(
        &client->out,
        ",\"method\":\"daemon.hello\",\"params\":{\"protocol\":[1],\"client\":\"libsessiond/" VERSION "\"}}\n");
}

int client_connect(sessiond_client *client) {
    if (client->socket >= 0 && !client->is_broken) return 0;
    if (client->socket >= 0) client_disconnect(client, NULL);
    /* What came of that may have connected anew. */
    if (client->socket >= 0) return 0;
    int descriptor = socket_connect(client->path);
    if (descriptor < 0) return -descriptor;
    client->socket = descriptor;
    client->was_connected = true;
    client->connected_at = now();
    client->sent = 0;
    say_hello(client);
    watch_connected(client);
    follow_socket(client);
    return 0;
}

void client_flush(sessiond_client *client) {
    while (client->out.length > 0 && client->socket >= 0 && !client->is_broken) {
        ssize_t count = send(client->socket, client->out.bytes, client->out.length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        if (count < 0) {
            /* What the daemon has said is still to be read. */
            client->is_broken = true;
            client_wake_by(client, 0);
            break;
        }
        client->sent += (uint64_t)count;
        buffer_remove(&client->out, 0, (size_t)count);
    }
    follow_socket(client);
}

void client_disconnect(sessiond_client *client, sessiond_error *malformed) {
    if (client->socket >= 0) {
        /* Not left to close(2): a child may have the description too. */
        if (client->epoll_events != 0) epoll_ctl(client->epoll, EPOLL_CTL_DEL, client->socket, NULL);
        close(client->socket);
        uint64_t sent = client->sent;
        client->socket = -1;
        client->epoll_events = 0;
        client->is_broken = false;
        client->hello_id = 0;
        client->knows_features = false;
        json_decref(client->hello);
        client->hello = NULL;
        lines_free(&client->in);
        buffer_free(&client->out);
        watch_lose(client, malformed);
        calls_lose(client, malformed, sent);
    }
    sessiond_error_unref(malformed);
}

/* ---- Lines ---- */

static bool take_result(sessiond_client *client, int64_t id, json_t *result, struct secret *secrets, int count) {
    if (id == client->hello_id) {
        json_decref(client->hello);
        client->hello = json_incref(result);
        client->knows_features = true;
        calls_take_features(client);
        return true;
    }
    if (client->watch.state == WATCH_ASKED && id == client->watch.id) return watch_take_answer(client, result);
    sessiond_pending *call = call_find(client, id);
    if (call != NULL) call_take_result(call, result, secrets, count);
    return true;
}

static bool take_error(sessiond_client *client, bool has_id, int64_t id, json_t *object) {
    sessiond_error *error = error_of_daemon(object);
    if (error == NULL) return false;
    if (!has_id) {
        /* About the connection as a whole. */
        if (client->watch.state == WATCH_ASKED) watch_take_error(client, sessiond_error_ref(error));
        calls_take_error(client, error);
    } else if (id == client->hello_id) {
        /* Whoever cannot say what it can do is asked for it, and says itself that it cannot. */
        client->knows_features = true;
        calls_take_features(client);
    } else if (client->watch.state == WATCH_ASKED && id == client->watch.id) {
        watch_take_error(client, sessiond_error_ref(error));
    } else {
        sessiond_pending *call = call_find(client, id);
        if (call != NULL) call_take_error(call, sessiond_error_ref(error));
    }
    sessiond_error_unref(error);
    return true;
}

/* Takes a line whose secrets are out of it; false: it is not the protocol. */
static bool take_object(sessiond_client *client, json_t *object, struct secret *secrets, int count) {
    const char *version = json_string_value(json_object_get(object, "jsonrpc"));
    if (version == NULL || strcmp(version, "2.0") != 0) return false;
    json_t *id = json_object_get(object, "id"), *error = json_object_get(object, "error");
    json_t *result = json_object_get(object, "result");
    bool has_id = json_is_integer(id);
    int64_t number = has_id ? (int64_t)json_integer_value(id) : 0;
    if (error != NULL) return take_error(client, has_id, number, error);
    /* With an id that is none of ours it is nobody's. */
    if (result != NULL && id != NULL) return !has_id || take_result(client, number, result, secrets, count);
    const char *method = json_string_value(json_object_get(object, "method"));
    if (method == NULL) return false;
    return strcmp(method, "session.event") != 0 || watch_take_event(client, json_object_get(object, "params"));
}

static json_t *read_json(const char *text, size_t length) {
    json_t *plain = plain_json(text, length);
    if (plain != NULL) return plain;
    return json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
}

/* The result in a line of the form that sessiond writes; NULL: it has another form, and is read as a whole. */
static json_t *plain_result(const char *line, size_t length) {
    static const char begin[] = "{\"jsonrpc\":\"2.0\",\"id\":", name[] = ",\"result\":";
    size_t at = sizeof begin - 1;
    if (length < at || memcmp(line, begin, at) != 0) return NULL;
    while (at < length && line[at] >= '0' && line[at] <= '9') at++;
    if (length - at < sizeof name || memcmp(line + at, name, sizeof name - 1) != 0) return NULL;
    if (line[length - 1] != '}') return NULL;
    at += sizeof name - 1;
    return read_json(line + at, length - 1 - at);
}

static bool take_line(sessiond_client *client, char *line, size_t length) {
    struct scan scan;
    struct secret secrets[MAXIMUM_SECRETS] = {{0}};
    if (!scan_line(line, length, &scan)) return false;
    sessiond_pending *call = scan.count > 0 && scan.has_id ? call_find(client, scan.id) : NULL;
    /* What a profile has is the authority's affair. */
    bool is_open = call != NULL && call->request->method->result == RESULT_OBJECT;
    int count = is_open ? 0 : take_secrets(line, &length, &scan, secrets);
    if (count < 0) return false;
    json_t *result = scan.has_id ? plain_result(line, length) : NULL, *object = NULL;
    bool is_valid = true;
    if (result != NULL) {
        is_valid = take_result(client, scan.id, result, secrets, count);
    } else {
        object = read_json(line, length);
        is_valid = json_is_object(object) && take_object(client, object, secrets, count);
    }
    json_decref(result);
    json_decref(object);
    for (int index = 0; index < count; index++) secret_free(&secrets[index]);
    return is_valid;
}

static void take_lines(sessiond_client *client) {
    char *line;
    size_t length;
    int found = 0;
    while (client->socket >= 0 && (found = lines_next(&client->in, &line, &length)) > 0) {
        int descriptor = client->socket;
        bool is_valid = take_line(client, line, length);
        /* Where the connection has ended meanwhile, there may be another one with the same number, but no lines. */
        if (client->socket != descriptor || client->in.bytes == NULL) return;
        if (!is_valid) {
            client_disconnect(client, malformed_answer("a call", "it is no JSON-RPC 2.0 of sessiond's"));
            return;
        }
    }
    if (found < 0) client_disconnect(client, malformed_answer("a call", "the line is longer than 4 MiB"));
}

/* Reads once; false: nothing was there. */
static bool receive(sessiond_client *client, int flags) {
    size_t room;
    char *bytes = lines_room(&client->in, &room);
    if (bytes == NULL) {
        client_disconnect(client, &no_memory_error);
        return false;
    }
    ssize_t count = recv(client->socket, bytes, room, flags);
    if (count < 0 && errno == EINTR) return true;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        if (client->is_broken) client_disconnect(client, NULL);
        return false;
    }
    if (count <= 0) {
        client_disconnect(client, NULL);
        return false;
    }
    lines_filled(&client->in, (size_t)count);
    take_lines(client);
    return true;
}

bool client_has_ended(sessiond_client *client) {
    char byte;
    if (client->socket >= 0 && recv(client->socket, &byte, 1, MSG_DONTWAIT | MSG_PEEK) != 0) return false;
    client_disconnect(client, NULL);
    return true;
}

static void run_timers(sessiond_client *client) {
    int64_t instant = now();
    if (client->wake_at > instant) return;
    /* Each notes when it has something to do again. */
    client->wake_at = NEVER;
    if (client->is_broken) {
        while (client->is_broken && receive(client, MSG_DONTWAIT)) continue;
    }
    watch_run_timers(client, instant);
    calls_run_timers(client, instant);
    arm_timer(client);
}

void client_wait(sessiond_client *client, int64_t until) {
    int64_t limit = until < client->wake_at ? until : client->wake_at;
    int64_t left = limit == NEVER ? SECOND : limit - now();
    if (client->socket >= 0 && client->out.length == 0 && !client->is_broken && left >= SECOND) {
        receive(client, 0);
    } else {
        struct pollfd entry = {.fd = client->socket, .events = POLLIN};
        if (client->out.length > 0 && !client->is_broken) entry.events |= POLLOUT;
        if (poll(&entry, 1, milliseconds_until(limit)) > 0) {
            client_flush(client);
            if (entry.revents != POLLOUT && client->socket >= 0) receive(client, MSG_DONTWAIT);
        }
    }
    run_timers(client);
}

/* ---- Callbacks ---- */

void client_deliver_later(sessiond_client *client, struct delivery *delivery) {
    delivery->next = NULL;
    if (client->last_delivery != NULL)
        client->last_delivery->next = delivery;
    else
        client->first_delivery = delivery;
    client->last_delivery = delivery;
    arm_timer(client);
}

void client_forget(sessiond_client *client, const sessiond_changes *changes) {
    struct delivery **place = &client->first_delivery, *last = NULL;
    while (*place != NULL) {
        struct delivery *delivery = *place;
        if (delivery->changes != changes) {
            last = delivery;
            place = &delivery->next;
            continue;
        }
        *place = delivery->next;
        sessiond_change_unref(delivery->change);
        free(delivery);
    }
    client->last_delivery = last;
}

static void deliver(sessiond_client *client, int *count) {
    while (client->first_delivery != NULL) {
        struct delivery *delivery = client->first_delivery;
        client->first_delivery = delivery->next;
        if (delivery->next == NULL) client->last_delivery = NULL;
        ++*count;
        if (delivery->call != NULL) {
            sessiond_pending *call = delivery->call;
            call->callback(call->answer, call->error, call->user_data);
            sessiond_pending_unref(call);
        } else {
            delivery->changes->callback(delivery->change, delivery->changes->user_data);
            sessiond_change_unref(delivery->change);
        }
        free(delivery);
    }
}

int sessiond_client_dispatch(sessiond_client *client) {
    if (client->is_dispatching || client->is_closed) return 0;
    sessiond_client_ref(client);
    client->is_dispatching = true;
    int count = 0;
    run_timers(client);
    client_flush(client);
    if (client->socket >= 0) receive(client, MSG_DONTWAIT);
    deliver(client, &count);
    client->is_dispatching = false;
    arm_timer(client);
    sessiond_client_unref(client);
    return count;
}
