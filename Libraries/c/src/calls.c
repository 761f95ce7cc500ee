/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

#define DEFAULT_MILLISECONDS INT64_C(30000)
#define MAXIMUM_MILLISECONDS INT64_C(300000)
/* How much longer than the daemon the client waits, so that the daemon's own answer about it still arrives. */
#define GRACE (500 * MILLISECOND)
/* How long who does not know what became of a change waits to hear how the session stands. */
#define STATUS_MILLISECONDS INT64_C(2000)

/* How an attempt ended that brought no answer. */
enum outcome {
    OUTCOME_BUSY,
    OUTCOME_UNREACHABLE,
    OUTCOME_LOST_UNSENT,
    OUTCOME_LOST_SENT,
    OUTCOME_STOPPING
};

static const char *name_of(const sessiond_pending *call) { return call->request->method->name; }

static bool is_mutation(const sessiond_pending *call) { return call->request->is_mutation; }

/* ---- Ends ---- */

static sessiond_error *connection_lost(const sessiond_pending *call, const json_t *status) {
    if (!is_mutation(call))
        return error_retryable(
            error_new(
                SESSIOND_ERROR_CONNECTION_LOST, LOG_HINT,
                "sessiond closed the connection before it answered %s", name_of(call)),
            true);
    char hint[256] = "ask for the status before trying again";
    const sessiond_status *view = (const sessiond_status *)status;
    if (status != NULL)
        snprintf(
            hint, sizeof hint, "the session is now %.32s, generation %lld, %.64s", sessiond_status_state_name(view),
            (long long)sessiond_status_generation(view), sessiond_status_uuid(view));
    return error_new(
        SESSIOND_ERROR_CONNECTION_LOST, hint,
        "sessiond closed the connection before it answered %s: it may have been carried out", name_of(call));
}

static sessiond_error *timed_out(const sessiond_pending *call) {
    int64_t milliseconds = call->allowed_milliseconds;
    char seconds[32];
    int length = snprintf(
        seconds, sizeof seconds, "%lld.%03d", (long long)(milliseconds / 1000), (int)(milliseconds % 1000));
    while (seconds[length - 1] == '0') seconds[--length] = '\0';
    if (seconds[length - 1] == '.') seconds[--length] = '\0';
    const char *hint = is_mutation(call) ? "ask for the status before trying again"
        : milliseconds < 5000
        ? "try again with more time"
        : SERVICE_HINT;
    return error_retryable(
        error_new(
            SESSIOND_ERROR_TIMED_OUT, hint, "sessiond did not answer %s within %s s%s", name_of(call), seconds,
            is_mutation(call) ? ": it may still be carried out" : ""),
        !is_mutation(call));
}

static sessiond_error *cancelled(const sessiond_pending *call) {
    return error_new(
        SESSIOND_ERROR_CANCELLED, NULL, "nobody waits for the answer to %s any longer%s", name_of(call),
        is_mutation(call) ? ": it may still be carried out" : "");
}

static sessiond_error *closed(const sessiond_pending *call) {
    return error_new(SESSIOND_ERROR_CLOSED, NULL, "the client was closed before %s was answered", name_of(call));
}

static sessiond_error *unsupported(const sessiond_pending *call, const char *server) {
    return error_new(
        SESSIOND_ERROR_UNSUPPORTED, "update sessiond", "%s is too old for this %s: it has no %s",
        server == NULL ? "sessiond" : server, name_of(call), call->request->method->feature);
}

static void end(sessiond_pending *call) {
    sessiond_client *client = call->client;
    if (call->previous != NULL)
        call->previous->next = call->next;
    else
        client->calls = call->next;
    if (call->next != NULL)
        call->next->previous = call->previous;
    else
        client->last_call = call->previous;
    call->next = call->previous = NULL;
    call->phase = PHASE_DONE;
    call->client = NULL;
    sessiond_pending *status_call = call->status_call;
    call->status_call = NULL;
    if (status_call != NULL) {
        status_call->asker = NULL;
        sessiond_pending_unref(status_call);
    }
    call->request = sessiond_request_unref(call->request);
    sessiond_pending *asker = call->asker;
    call->asker = NULL;
    if (asker != NULL) {
        json_t *status = (json_t *)sessiond_answer_status(call->answer);
        sessiond_error *error = connection_lost(asker, status);
        error_set_status(error, json_incref(status));
        call_end(asker, error);
    }
    if (call->delivery != NULL) {
        client_deliver_later(client, call->delivery);
        call->delivery = NULL;
    } else {
        sessiond_pending_unref(call);
    }
}

void call_end(sessiond_pending *call, sessiond_error *error) {
    call->error = error;
    end(call);
}

/* ---- Attempts ---- */

static bool has_expired(const sessiond_pending *call, int64_t instant) {
    return call->phase != PHASE_PAUSED && call->phase != PHASE_ASKS_STATUS && call->deadline + GRACE <= instant;
}

static int64_t next_instant(const sessiond_pending *call) {
    if (call->phase == PHASE_ASKS_STATUS) return NEVER;
    return call->phase == PHASE_PAUSED ? call->retry_at : call->deadline + GRACE;
}

static void note_timer(sessiond_pending *call) { client_wake_by(call->client, next_instant(call)); }

/* Takes the line out again of which nothing was sent yet. */
static void withdraw(sessiond_pending *call) {
    sessiond_client *client = call->client;
    if (call->phase != PHASE_ASKED || call->line_length == 0 || call->line_begins < client->sent) return;
    buffer_remove(&client->out, (size_t)(call->line_begins - client->sent), (size_t)call->line_length);
    for (sessiond_pending *other = client->calls; other != NULL; other = other->next)
        if (other->line_begins > call->line_begins) other->line_begins -= call->line_length;
    call->line_length = 0;
}

static void ask_status(sessiond_pending *call);

/* Once more after a pause, or as the error says, which is taken over, when there is no time for that. */
static void retry(sessiond_pending *call, sessiond_error *error) {
    int64_t instant = now(), pause = backoff_pause(&call->backoff);
    if (instant + pause >= call->deadline) {
        call_end(call, error);
        return;
    }
    sessiond_error_unref(error);
    call->phase = PHASE_PAUSED;
    call->retry_at = instant + pause;
    note_timer(call);
}

/* Decides what follows an attempt; the error is taken over. */
static void take_outcome(sessiond_pending *call, enum outcome outcome, sessiond_error *error) {
    call->attempts++;
    call->line_length = 0;
    switch (outcome) {
        case OUTCOME_BUSY: retry(call, error); return;
        case OUTCOME_UNREACHABLE:
            if (call->was_connected)
                retry(call, error);
            else
                call_end(call, error);
            return;
        case OUTCOME_STOPPING:
            /* The next daemon, or this one once it is gone, will answer. */
            if (is_mutation(call))
                call_end(call, error);
            else
                retry(call, error);
            return;
        case OUTCOME_LOST_UNSENT:
        case OUTCOME_LOST_SENT:
            call->was_connected = true;
            if (outcome == OUTCOME_LOST_SENT && is_mutation(call))
                ask_status(call);
            else
                retry(call, connection_lost(call, NULL));
            return;
    }
}

static bool has_feature(const json_t *hello, const char *feature) {
    size_t index;
    json_t *name;
    json_array_foreach(json_object_get(hello, "features"), index, name) {
        if (json_is_string(name) && strcmp(json_string_value(name), feature) == 0) return true;
    }
    return false;
}

static void send_line(sessiond_pending *call) {
    sessiond_client *client = call->client;
    const char *feature = call->request->method->feature;
    if (feature != NULL && !client->knows_features) {
        call->phase = PHASE_WAITS_FOR_FEATURES;
        note_timer(call);
        return;
    }
    if (feature != NULL && client->hello != NULL && !has_feature(client->hello, feature)) {
        /* Unless that one is gone, and nobody has noticed. */
        if (client_has_ended(client)) {
            take_outcome(call, OUTCOME_LOST_UNSENT, NULL);
            return;
        }
        call_end(call, unsupported(call, json_string_value(json_object_get(client->hello, "server"))));
        return;
    }
    /* Without one of the caller's the daemon's own applies, and needs not be sent. */
    int64_t milliseconds = call->has_default_deadline ? -1 : call->allowed_milliseconds;
    if (call->attempts > 0) {
        int64_t left = (call->deadline - now()) / MILLISECOND;
        milliseconds = left > 0 ? left : 1;
    }
    size_t before = client->out.length;
    call->id = client->next_id++;
    request_append_line(call->request, call->id, milliseconds, &client->out);
    size_t length = client->out.length - before;
    if (client->out.has_failed || length > MAXIMUM_REQUEST_BYTES) {
        bool has_failed = client->out.has_failed;
        buffer_remove(&client->out, before, length);
        client->out.has_failed = false;
        call_end(
            call, has_failed ? &no_memory_error
                : error_new(
                    SESSIOND_ERROR_REQUEST_TOO_LARGE, "send less with it",
                    "the request %s has %zu bytes, and at most %zu are allowed", name_of(call), length,
                    MAXIMUM_REQUEST_BYTES));
        return;
    }
    call->phase = PHASE_ASKED;
    call->line_begins = client->sent + before;
    call->line_length = length;
    note_timer(call);
}

static void attempt(sessiond_pending *call) {
    sessiond_client *client = call->client;
    int number = client_connect(client);
    if (number != 0) {
        take_outcome(
            call, number == EAGAIN ? OUTCOME_BUSY : OUTCOME_UNREACHABLE, socket_error(client->path, number));
        return;
    }
    send_line(call);
    client_flush(client);
}

sessiond_pending *call_start(
    sessiond_client *client, sessiond_request *request, int64_t milliseconds, sessiond_answer_callback callback,
    void *user_data) {
    sessiond_pending *call = calloc(1, sizeof *call);
    struct delivery *delivery = callback == NULL ? NULL : calloc(1, sizeof *delivery);
    if (call == NULL || request == NULL || (callback != NULL && delivery == NULL)) {
        sessiond_request_unref(request);
        free(delivery);
        free(call);
        return NULL;
    }
    if (delivery != NULL) delivery->call = call;
    call->delivery = delivery;
    /* One for the client, and one for whoever gets it. */
    call->references = 2;
    call->client = client;
    call->request = request;
    call->callback = callback, call->user_data = user_data;
    call->has_default_deadline = milliseconds <= 0;
    call->allowed_milliseconds = milliseconds <= 0 ? DEFAULT_MILLISECONDS
        : milliseconds < MAXIMUM_MILLISECONDS ? milliseconds : MAXIMUM_MILLISECONDS;
    call->deadline = now() + call->allowed_milliseconds * MILLISECOND;
    call->was_connected = client->was_connected;
    call->backoff = (struct backoff){10 * MILLISECOND, SECOND};
    call->previous = client->last_call;
    if (client->last_call != NULL)
        client->last_call->next = call;
    else
        client->calls = call;
    client->last_call = call;
    if (client->is_closed)
        call_end(call, closed(call));
    else if (request->problem != NULL)
        call_end(call, sessiond_error_ref(request->problem));
    else
        attempt(call);
    return call;
}

/* ---- What happens to calls ---- */

sessiond_pending *call_find(sessiond_client *client, int64_t id) {
    for (sessiond_pending *call = client->calls; call != NULL; call = call->next)
        if (call->phase == PHASE_ASKED && call->id == id) return call;
    return NULL;
}

void call_take_result(sessiond_pending *call, json_t *result, struct secret *secrets, int count) {
    sessiond_error *error = NULL;
    call->answer = answer_new(call->request->method, result, secrets, count, &error);
    call_end(call, error);
}

void call_take_error(sessiond_pending *call, sessiond_error *error) {
    if (sessiond_error_code(error) == SESSIOND_ERROR_SHUTTING_DOWN)
        take_outcome(call, OUTCOME_STOPPING, error);
    else
        call_end(call, error);
}

/* Calls what it is given for each call; others may end, or be added, by it. */
static void for_each(sessiond_client *client, void (*what)(sessiond_pending *, const void *), const void *with) {
    size_t count = 0, index = 0;
    for (sessiond_pending *call = client->calls; call != NULL; call = call->next) count++;
    sessiond_pending **calls = count == 0 ? NULL : malloc(count * sizeof *calls);
    if (calls == NULL) return;
    for (sessiond_pending *call = client->calls; call != NULL; call = call->next) {
        calls[index++] = call;
        call->references++;
    }
    for (index = 0; index < count; index++) {
        if (calls[index]->phase != PHASE_DONE) what(calls[index], with);
        sessiond_pending_unref(calls[index]);
    }
    free(calls);
}

static void resume_with_features(sessiond_pending *call, const void *with) {
    (void)with;
    if (call->phase == PHASE_WAITS_FOR_FEATURES) send_line(call);
}

void calls_take_features(sessiond_client *client) {
    for_each(client, resume_with_features, NULL);
    client_flush(client);
}

static void take_shared_error(sessiond_pending *call, const void *with) {
    if (call->phase == PHASE_ASKED || call->phase == PHASE_WAITS_FOR_FEATURES)
        call_take_error(call, sessiond_error_ref((sessiond_error *)with));
}

void calls_take_error(sessiond_client *client, sessiond_error *error) { for_each(client, take_shared_error, error); }

struct loss {
    const sessiond_error *malformed;
    uint64_t sent;
};

static void lose(sessiond_pending *call, const void *with) {
    const struct loss *loss = with;
    if (call->phase != PHASE_ASKED && call->phase != PHASE_WAITS_FOR_FEATURES) return;
    bool was_sent = call->phase == PHASE_ASKED && call->line_begins < loss->sent;
    if (loss->malformed != NULL)
        call_end(call, malformed_answer(name_of(call), "it is no line of sessiond's"));
    else
        take_outcome(call, was_sent ? OUTCOME_LOST_SENT : OUTCOME_LOST_UNSENT, NULL);
}

void calls_lose(sessiond_client *client, const sessiond_error *malformed, uint64_t sent) {
    for_each(client, lose, &(struct loss){malformed, sent});
}

void calls_close(sessiond_client *client) {
    while (client->calls != NULL) call_end(client->calls, closed(client->calls));
}

static void run_timer(sessiond_pending *call, const void *with) {
    int64_t instant = *(const int64_t *)with;
    if (has_expired(call, instant)) {
        withdraw(call);
        call_end(call, timed_out(call));
    } else if (call->phase == PHASE_PAUSED && call->retry_at <= instant) {
        attempt(call);
    } else {
        note_timer(call);
    }
}

void calls_run_timers(sessiond_client *client, int64_t instant) { for_each(client, run_timer, &instant); }

/* ---- How the session stands, after a change of which nobody knows ---- */

static void ask_status(sessiond_pending *call) {
    sessiond_client *client = call->client;
    if (client->is_closed) {
        call_end(call, connection_lost(call, NULL));
        return;
    }
    call->phase = PHASE_ASKS_STATUS;
    sessiond_pending *status = call_start(client, sessiond_request_status(), STATUS_MILLISECONDS, NULL, NULL);
    if (status == NULL) {
        call_end(call, connection_lost(call, NULL));
        return;
    }
    if (status->phase == PHASE_DONE) {
        sessiond_pending_unref(status);
        call_end(call, connection_lost(call, NULL));
        return;
    }
    call->status_call = status;
    status->asker = call;
}

/* ---- What apps call ---- */

sessiond_code sessiond_call(
    sessiond_client *client, sessiond_request *request, unsigned timeout_ms, sessiond_answer **answer,
    sessiond_error **error) {
    sessiond_pending *call = call_start(client, request, timeout_ms, NULL, NULL);
    if (call == NULL) return error_give(&no_memory_error, error);
    sessiond_client_ref(client);
    while (call->phase != PHASE_DONE) client_wait(client, NEVER);
    sessiond_client_unref(client);
    sessiond_code code = sessiond_error_code(call->error);
    if (call->error != NULL) {
        error_give(sessiond_error_ref(call->error), error);
    } else if (answer != NULL) {
        *answer = call->answer;
        call->answer = NULL;
    }
    sessiond_pending_unref(call);
    return code;
}

static void ignore(sessiond_answer *answer, sessiond_error *error, void *user_data) {
    (void)answer, (void)error, (void)user_data;
}

sessiond_code sessiond_call_async(
    sessiond_client *client, sessiond_request *request, unsigned timeout_ms, sessiond_answer_callback callback,
    void *user_data, sessiond_pending **pending) {
    sessiond_pending *call = call_start(client, request, timeout_ms, callback == NULL ? ignore : callback, user_data);
    if (call == NULL) return SESSIOND_ERROR_NO_RESOURCES;
    if (pending != NULL)
        *pending = call;
    else
        sessiond_pending_unref(call);
    return SESSIOND_OK;
}

void sessiond_pending_cancel(sessiond_pending *call) {
    if (call == NULL || call->phase == PHASE_DONE) return;
    withdraw(call);
    call_end(call, cancelled(call));
}

sessiond_pending *sessiond_pending_unref(sessiond_pending *call) {
    if (call == NULL || --call->references > 0) return NULL;
    sessiond_request_unref(call->request);
    sessiond_answer_unref(call->answer);
    sessiond_error_unref(call->error);
    free(call->delivery);
    free(call);
    return NULL;
}
