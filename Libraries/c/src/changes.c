/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

/* The daemon answers a watch by itself, at once: what takes longer is a service that does not come up. */
#define ANSWER_LIMIT (5 * SECOND)
/* A connection that stood for so long is no sign of a daemon that takes and drops them. */
#define STEADY (100 * MILLISECOND)
/* So many changes wait for who fetches them; beyond that they are one gap. */
#define MAXIMUM_WAITING 64

struct sessiond_change {
    atomic_uint references;
    sessiond_cause cause;
    json_t *previous, *status, *event;
    sessiond_error *error;
};

/* Who was refused is rarely let in a moment later, and each time is logged. */
static const struct backoff patience = {SECOND, 30 * SECOND};
static const struct backoff impatience = {10 * MILLISECOND, SECOND};

/* ---- To those who follow ---- */

static sessiond_change *change_new(
    sessiond_cause cause, json_t *previous, json_t *status, json_t *event, const sessiond_error *error) {
    sessiond_change *change = calloc(1, sizeof *change);
    if (change == NULL) return NULL;
    atomic_init(&change->references, 1);
    change->cause = cause;
    change->previous = json_incref(previous);
    change->status = json_incref(status);
    change->event = json_incref(event);
    change->error = sessiond_error_ref((sessiond_error *)error);
    return change;
}

static void drop_waiting(sessiond_changes *changes) {
    while (changes->first != NULL) {
        struct delivery *delivery = changes->first;
        changes->first = delivery->next;
        sessiond_change_unref(delivery->change);
        free(delivery);
    }
    changes->last = NULL;
    changes->count = 0;
}

/* What was not fetched becomes one change, from the session before it to that after it. */
static void collapse(sessiond_changes *changes, sessiond_change *newest) {
    sessiond_change *oldest = changes->first->change;
    json_decref(newest->previous);
    newest->previous = json_incref(oldest->previous);
    if (newest->cause == SESSIOND_CAUSE_EVENT || newest->cause == SESSIOND_CAUSE_RESUMED) {
        newest->cause = oldest->previous == NULL ? SESSIOND_CAUSE_SNAPSHOT : SESSIOND_CAUSE_GAP;
        json_decref(newest->event);
        newest->event = NULL;
    }
    drop_waiting(changes);
}

/* Tells one follower, who has seen the session as it is in `changes` before. */
static void tell(
    sessiond_changes *changes, sessiond_cause cause, json_t *status, json_t *event, const sessiond_error *error) {
    if (changes->is_over) return;
    sessiond_change *change = change_new(cause, changes->status, status, event, error);
    struct delivery *delivery = calloc(1, sizeof *delivery);
    if (change == NULL || delivery == NULL) {
        /* The next one tells of both. */
        sessiond_change_unref(change);
        free(delivery);
        return;
    }
    json_incref(status);
    json_decref(changes->status);
    changes->status = status;
    delivery->changes = changes;
    delivery->change = change;
    if (changes->callback != NULL) {
        client_deliver_later(changes->client, delivery);
        return;
    }
    if (changes->count >= MAXIMUM_WAITING) collapse(changes, change);
    if (changes->last != NULL)
        changes->last->next = delivery;
    else
        changes->first = delivery;
    changes->last = delivery;
    changes->count++;
}

static void tell_interruption(sessiond_changes *changes, const sessiond_error *error) {
    if (error_is_same(changes->interruption, error)) return;
    sessiond_error_unref(changes->interruption);
    changes->interruption = sessiond_error_ref((sessiond_error *)error);
    json_t *known = changes->status != NULL ? changes->status : changes->client->watch.status;
    tell(changes, SESSIOND_CAUSE_INTERRUPTED, known, NULL, error);
}

/* The session can be followed again: as it was seen last, or as it is now. */
static void tell_view(sessiond_changes *changes, bool was_resumed, json_t *status) {
    bool was_interrupted = changes->interruption != NULL;
    changes->interruption = sessiond_error_unref(changes->interruption);
    if (was_resumed && changes->status != NULL) {
        if (was_interrupted) tell(changes, SESSIOND_CAUSE_RESUMED, changes->status, NULL, NULL);
        return;
    }
    tell(changes, changes->status == NULL ? SESSIOND_CAUSE_SNAPSHOT : SESSIOND_CAUSE_GAP, status, NULL, NULL);
}

/* ---- The watch ---- */

static void ask(sessiond_client *client) {
    struct watch *watch = &client->watch;
    watch->id = client->next_id++;
    buffer_append_raw(&client->out, "{\"jsonrpc\":\"2.0\",\"id\":");
    buffer_append_integer(&client->out, watch->id);
    buffer_append_raw(&client->out, ",\"method\":\"session.watch\",\"params\":{");
    if (watch->has_since) {
        buffer_append_raw(&client->out, "\"since\":");
        buffer_append_integer(&client->out, watch->since);
    }
    buffer_append_raw(&client->out, "}}\n");
    watch->state = WATCH_ASKED;
    watch->has_overtaken = false;
    watch->answer_by = now() + ANSWER_LIMIT;
    client_wake_by(client, watch->answer_by);
}

/* The error is taken over; NULL: the next connection may show that nothing was missed. */
static void interrupt(sessiond_client *client, int64_t pause, sessiond_error *error) {
    struct watch *watch = &client->watch;
    watch->state = WATCH_PAUSED;
    watch->retry_at = now() + pause;
    client_wake_by(client, watch->retry_at);
    if (error == NULL) return;
    sessiond_error_unref(watch->interruption);
    watch->interruption = error;
    for (sessiond_changes *changes = client->followers; changes != NULL; changes = changes->next)
        tell_interruption(changes, error);
}

static void refuse(sessiond_client *client, sessiond_error *error) {
    client->watch.was_refused = true;
    interrupt(client, backoff_pause(&client->watch.refused), error);
}

static sessiond_error *lost(void) {
    return error_retryable(
        error_new(
            SESSIOND_ERROR_CONNECTION_LOST, LOG_HINT,
            "sessiond closed the connection before it answered session.watch"),
        true);
}

static void pause_after_loss(sessiond_client *client) {
    struct watch *watch = &client->watch;
    bool was_answered = watch->state == WATCH_FOLLOWS;
    if (was_answered && now() - client->connected_at >= STEADY) watch->unreachable = impatience;
    watch->was_refused = false;
    interrupt(client, backoff_pause(&watch->unreachable), was_answered ? NULL : lost());
}

void watch_lose(sessiond_client *client, const sessiond_error *malformed) {
    if (client->is_closed || client->watch.state == WATCH_OFF || client->watch.state == WATCH_PAUSED) return;
    if (malformed != NULL)
        refuse(client, sessiond_error_ref((sessiond_error *)malformed));
    else
        pause_after_loss(client);
}

void watch_connected(sessiond_client *client) {
    /* Who was refused keeps the pause, whoever has connected. */
    if (client->watch.state == WATCH_PAUSED && !client->watch.was_refused) ask(client);
}

static void try_again(sessiond_client *client) {
    struct watch *watch = &client->watch;
    watch->was_refused = false;
    int number = client_connect(client);
    if (number != 0) {
        interrupt(client, backoff_pause(&watch->unreachable), socket_error(client->path, number));
        return;
    }
    /* On a connection that is new it was asked for with that. */
    if (watch->state == WATCH_PAUSED) ask(client);
    client_flush(client);
}

static void be_late(sessiond_client *client) {
    refuse(
        client,
        error_retryable(
            error_new(
                SESSIOND_ERROR_TIMED_OUT,
                SERVICE_HINT,
                "sessiond did not answer session.watch within 5 s"),
            true));
    /* Calls that wait on the connection keep it. */
    if (client->calls == NULL) client_disconnect(client, NULL);
}

void watch_run_timers(sessiond_client *client, int64_t instant) {
    struct watch *watch = &client->watch;
    if (watch->state == WATCH_PAUSED) {
        if (watch->retry_at <= instant)
            try_again(client);
        else
            client_wake_by(client, watch->retry_at);
    } else if (watch->state == WATCH_ASKED) {
        if (watch->answer_by <= instant)
            be_late(client);
        else
            client_wake_by(client, watch->answer_by);
    }
}

static void forget_view(struct watch *watch) {
    json_decref(watch->status);
    watch->status = NULL;
    watch->has_since = false;
    watch->interruption = sessiond_error_unref(watch->interruption);
}

bool watch_take_answer(sessiond_client *client, json_t *result) {
    struct watch *watch = &client->watch;
    char missing[32];
    json_t *snapshot = json_object_get(result, "snapshot");
    if (!has_members(result, "osnapshot isequence bresumed", missing)) return false;
    if (!has_members(snapshot, status_members, missing)) return false;
    int64_t sequence = (int64_t)json_integer_value(json_object_get(result, "sequence"));
    bool was_resumed = json_is_true(json_object_get(result, "resumed")) && watch->status != NULL;
    watch->state = WATCH_FOLLOWS;
    watch->refused = patience;
    watch->interruption = sessiond_error_unref(watch->interruption);
    if (!was_resumed) {
        /* Events that were taken before this answer are not taken again. */
        if (!watch->has_overtaken || sequence > watch->since) watch->since = sequence;
        watch->has_since = true;
        json_incref(snapshot);
        json_decref(watch->status);
        watch->status = snapshot;
    }
    /* Where it was resumed, the session is what the events say that follow; the snapshot is of after them. */
    for (sessiond_changes *changes = client->followers; changes != NULL; changes = changes->next)
        tell_view(changes, was_resumed, watch->status);
    return true;
}

void watch_take_error(sessiond_client *client, sessiond_error *error) {
    if (sessiond_error_code(error) == SESSIOND_ERROR_SHUTTING_DOWN) {
        sessiond_error_unref(error);
        pause_after_loss(client);
    } else {
        refuse(client, error);
    }
}

static void revoke(sessiond_client *client) {
    sessiond_error *error = error_new(
        SESSIOND_ERROR_PERMISSION_DENIED, "ask an administrator: [Access] in sessiond.conf(5)",
        "the right to see the session was taken away");
    for (sessiond_changes *changes = client->followers; changes != NULL; changes = changes->next) {
        if (changes->is_over) continue;
        tell(changes, SESSIOND_CAUSE_REVOKED, changes->status, NULL, error);
        changes->is_over = true;
    }
    sessiond_error_unref(error);
    forget_view(&client->watch);
    client->watch.state = WATCH_OFF;
}

bool watch_take_event(sessiond_client *client, json_t *params) {
    struct watch *watch = &client->watch;
    char missing[32];
    if (!has_members(params, "isequence igeneration skind", missing)) return false;
    json_t *status = json_object_get(params, "status");
    if (status != NULL && !has_members(status, status_members, missing)) return false;
    /* Of a watch that nobody wants any more, or before the first view of the session, which has it in it. */
    if (watch->state != WATCH_FOLLOWS && watch->state != WATCH_ASKED) return true;
    const char *kind = json_string_value(json_object_get(params, "kind"));
    if (strcmp(kind, "overflow") == 0) {
        client_disconnect(client, NULL);
        return true;
    }
    if (strcmp(kind, "revoked") == 0) {
        revoke(client);
        return true;
    }
    int64_t sequence = (int64_t)json_integer_value(json_object_get(params, "sequence"));
    if (watch->status == NULL || sequence <= watch->since) return true;
    watch->since = sequence;
    watch->has_overtaken = watch->state == WATCH_ASKED;
    if (status != NULL) {
        json_incref(status);
        json_decref(watch->status);
        watch->status = status;
    }
    for (sessiond_changes *changes = client->followers; changes != NULL; changes = changes->next)
        tell(changes, SESSIOND_CAUSE_EVENT, status != NULL ? status : changes->status, params, NULL);
    return true;
}

/* ---- What apps call ---- */

sessiond_code sessiond_follow(
    sessiond_client *client, sessiond_change_callback callback, void *user_data, sessiond_changes **given,
    sessiond_error **error) {
    if (client->is_closed)
        return error_give(error_new(SESSIOND_ERROR_CLOSED, NULL, "the client was closed"), error);
    if (callback == NULL && given == NULL)
        return error_give(
            error_new(SESSIOND_ERROR_INVALID_ARGUMENT, NULL, "there is neither a callback nor a place for changes"),
            error);
    sessiond_changes *changes = calloc(1, sizeof *changes);
    if (changes == NULL) return error_give(&no_memory_error, error);
    changes->client = client;
    changes->callback = callback, changes->user_data = user_data;
    changes->is_owned_by_client = given == NULL;
    changes->next = client->followers;
    client->followers = changes;
    struct watch *watch = &client->watch;
    if (watch->state == WATCH_OFF) {
        watch->unreachable = impatience, watch->refused = patience;
        watch->state = WATCH_PAUSED;
        try_again(client);
    } else if (watch->interruption != NULL) {
        tell_interruption(changes, watch->interruption);
    } else if (watch->status != NULL) {
        tell(changes, SESSIOND_CAUSE_SNAPSHOT, watch->status, NULL, NULL);
    }
    if (given != NULL) *given = changes;
    return SESSIOND_OK;
}

static void changes_free(sessiond_changes *changes) {
    drop_waiting(changes);
    json_decref(changes->status);
    sessiond_error_unref(changes->interruption);
    free(changes);
}

void watch_close(sessiond_client *client) {
    while (client->followers != NULL) {
        sessiond_changes *changes = client->followers;
        client->followers = changes->next;
        client_forget(client, changes);
        changes->client = NULL;
        changes->is_over = true;
        drop_waiting(changes);
        if (changes->is_owned_by_client) changes_free(changes);
    }
    forget_view(&client->watch);
    client->watch.state = WATCH_OFF;
}

sessiond_changes *sessiond_changes_unref(sessiond_changes *changes) {
    if (changes == NULL) return NULL;
    sessiond_client *client = changes->client;
    if (client != NULL) {
        sessiond_changes **place = &client->followers;
        while (*place != changes) place = &(*place)->next;
        *place = changes->next;
        client_forget(client, changes);
        bool is_followed = false;
        for (sessiond_changes *other = client->followers; other != NULL; other = other->next)
            is_followed = is_followed || !other->is_over;
        if (!is_followed) {
            forget_view(&client->watch);
            client->watch.state = WATCH_OFF;
        }
    }
    changes_free(changes);
    return NULL;
}

static sessiond_change *fetch(sessiond_changes *changes) {
    struct delivery *delivery = changes->first;
    if (delivery == NULL) return NULL;
    sessiond_change *change = delivery->change;
    changes->first = delivery->next;
    if (changes->first == NULL) changes->last = NULL;
    changes->count--;
    free(delivery);
    return change;
}

sessiond_change *sessiond_changes_next(sessiond_changes *changes, int timeout_ms) {
    int64_t until = timeout_ms < 0 ? NEVER : now() + timeout_ms * MILLISECOND;
    for (bool has_waited = false;; has_waited = true) {
        sessiond_change *change = fetch(changes);
        if (change != NULL || changes->is_over) return change;
        if (has_waited && until <= now()) return NULL;
        client_wait(changes->client, until);
    }
}

bool sessiond_changes_ended(const sessiond_changes *changes) {
    return changes->is_over && changes->first == NULL;
}

sessiond_change *sessiond_change_ref(const sessiond_change *change) {
    sessiond_change *kept = (sessiond_change *)change;
    if (kept != NULL) atomic_fetch_add(&kept->references, 1);
    return kept;
}

sessiond_change *sessiond_change_unref(sessiond_change *change) {
    if (change == NULL || atomic_fetch_sub(&change->references, 1) != 1) return NULL;
    json_decref(change->previous);
    json_decref(change->status);
    json_decref(change->event);
    sessiond_error_unref(change->error);
    free(change);
    return NULL;
}

sessiond_cause sessiond_change_cause(const sessiond_change *change) { return change->cause; }

const char *sessiond_change_text(const sessiond_change *change, const char *member) {
    return member == NULL ? NULL : json_string_value(json_object_get(change->event, member));
}

const char *sessiond_change_name(const sessiond_change *change) {
    static const char *const names[] = {"snapshot", "event", "gap", "interrupted", "resumed", "revoked"};
    return change->event != NULL ? sessiond_change_text(change, "kind") : names[change->cause];
}

const sessiond_status *sessiond_change_status(const sessiond_change *change) {
    return (const sessiond_status *)change->status;
}

const sessiond_status *sessiond_change_previous(const sessiond_change *change) {
    return (const sessiond_status *)change->previous;
}

bool sessiond_change_is_other_customer(const sessiond_change *change) {
    return sessiond_status_generation(sessiond_change_previous(change)) !=
        sessiond_status_generation(sessiond_change_status(change));
}

const sessiond_error *sessiond_change_error(const sessiond_change *change) { return change->error; }

const char *sessiond_change_reason(const sessiond_change *change) { return sessiond_change_text(change, "reason"); }

static int64_t integer(const sessiond_change *change, const char *member) {
    json_t *value = json_object_get(change->event, member);
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : -1;
}

int64_t sessiond_change_sequence(const sessiond_change *change) { return integer(change, "sequence"); }

int64_t sessiond_change_at_seconds(const sessiond_change *change) { return integer(change, "atSeconds"); }

char *sessiond_change_json(const sessiond_change *change) { return json_dumps(change->event, JSON_COMPACT); }
