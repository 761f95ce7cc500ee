/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the parts of a client fit together:
 *
 *   client.c      the descriptor, its lines, when something has to be done; what an app's main loop calls
 *   calls.c       calls: attempts, retries, what an end of the connection means for them
 *   changes.c     the session as it is followed
 *
 * Callbacks run in one place, deliver() in client.c, from a queue: so nobody is called who did not dispatch.
 */
#ifndef SESSIOND_CLIENT_H
#define SESSIOND_CLIENT_H

#include "answer.h"
#include "error.h"
#include "socket.h"

/* Instants and durations are nanoseconds, by a clock that goes on while the device sleeps (CLOCK_BOOTTIME). */
#define MILLISECOND INT64_C(1000000)
#define SECOND INT64_C(1000000000)
#define NEVER INT64_MAX

/* Pauses between attempts that grow. */
struct backoff {
    int64_t next, longest;
};

enum phase {
    PHASE_NEW,
    /* Waits for the daemon to say what it can do. */
    PHASE_WAITS_FOR_FEATURES,
    /* Its line is among those that are sent, or was sent. */
    PHASE_ASKED,
    /* Is asked again later. */
    PHASE_PAUSED,
    /* Nobody knows whether it was carried out: how the session stands is asked for. */
    PHASE_ASKS_STATUS,
    PHASE_DONE
};

struct sessiond_pending {
    /* The client's calls that have not ended. */
    sessiond_pending *next, *previous;
    unsigned references;
    sessiond_client *client;
    sessiond_request *request;
    sessiond_answer_callback callback;
    void *user_data;
    enum phase phase;
    int64_t id;
    /* Where in all that was sent on the connection its line begins, and how long that is. */
    uint64_t line_begins, line_length;
    int64_t deadline, allowed_milliseconds, first_failure, retry_at;
    bool has_default_deadline, was_connected;
    unsigned attempts;
    struct backoff backoff;
    sessiond_answer *answer;
    sessiond_error *error;
    /* The call that asks how the session stands, and whom it is for. */
    sessiond_pending *status_call, *asker;
    /* What tells the callback; made with the call, so that it can always be told. */
    struct delivery *delivery;
};

enum watching { WATCH_OFF, WATCH_PAUSED, WATCH_ASKED, WATCH_FOLLOWS };

/* The session as the connection follows it, for all who follow it here. */
struct watch {
    enum watching state;
    int64_t id;
    int64_t since;
    bool has_since;
    /* Events were taken between the question and its answer. */
    bool has_overtaken;
    json_t *status;
    int64_t answer_by, retry_at;
    bool was_refused;
    struct backoff unreachable, refused;
    /* Why it is not followed now. */
    sessiond_error *interruption;
};

struct sessiond_changes {
    sessiond_changes *next;
    /* NULL: it was closed. */
    sessiond_client *client;
    sessiond_change_callback callback;
    void *user_data;
    /* The session as it was told last, and the interruption that was told and is not over. */
    json_t *status;
    sessiond_error *interruption;
    /* Without a callback: what was not fetched yet. */
    struct delivery *first, *last;
    size_t count;
    /* Nothing comes any more. */
    bool is_over;
    /* Nobody holds it: it lasts as long as its client. */
    bool is_owned_by_client;
};

/* What a callback is to be told. */
struct delivery {
    struct delivery *next;
    sessiond_pending *call;
    sessiond_changes *changes;
    sessiond_change *change;
};

struct sessiond_client {
    unsigned references;
    bool is_closed, is_dispatching;
    char path[MAXIMUM_PATH_BYTES + 1];

    int socket;
    /* A send found the connection broken: what the daemon has said is read, and that is all. */
    bool is_broken, was_connected;
    int64_t connected_at;
    struct lines in;
    struct buffer out;
    /* How much was sent on this connection. */
    uint64_t sent;
    int64_t next_id;

    /* For main loops that ask for a descriptor; -1: none has. */
    int epoll, timer;
    uint32_t epoll_events;
    int64_t timer_at;
    /* Nothing has to be done before. */
    int64_t wake_at;

    int64_t hello_id;
    /* What the daemon at the other end can do; NULL: it has not said so. */
    json_t *hello;
    bool knows_features;

    sessiond_pending *calls, *last_call;
    struct watch watch;
    sessiond_changes *followers;
    struct delivery *first_delivery, *last_delivery;
};

int64_t now(void);
int64_t backoff_pause(struct backoff *backoff);

/* client.c */

/* Notes that something has to be done by then. */
void client_wake_by(sessiond_client *client, int64_t instant);
/* Connects where there is no usable connection; 0, or an errno. */
int client_connect(sessiond_client *client);
/* Sends what fits. */
void client_flush(sessiond_client *client);
/* Whether the daemon has closed the connection, of which nothing was taken yet; then it is ended here, too. */
bool client_has_ended(sessiond_client *client);
/* Ends the connection; `malformed`, which is taken over, is why, where it is not lost. */
void client_disconnect(sessiond_client *client, sessiond_error *malformed);
/* Waits until an instant at most, and takes what has come. */
void client_wait(sessiond_client *client, int64_t until);
/* Has a callback told with the next dispatch; the delivery is taken over. */
void client_deliver_later(sessiond_client *client, struct delivery *delivery);
/* Forgets what is to be told to one who follows no more. */
void client_forget(sessiond_client *client, const sessiond_changes *changes);

/* calls.c */

sessiond_pending *call_start(
    sessiond_client *client, sessiond_request *request, int64_t timeout_milliseconds, sessiond_answer_callback callback,
    void *user_data);
sessiond_pending *call_find(sessiond_client *client, int64_t id);
/* Ends a call by its result, whose secrets are taken over. */
void call_take_result(sessiond_pending *call, json_t *result, struct secret *secrets, int count);
/* Ends a call, or tries it again, by the daemon's error, which is taken over. */
void call_take_error(sessiond_pending *call, sessiond_error *error);
void call_end(sessiond_pending *call, sessiond_error *error);
/* The daemon has said what it can do, or will not. */
void calls_take_features(sessiond_client *client);
/* The connection has ended; `malformed`: how, where it is not lost. */
void calls_lose(sessiond_client *client, const sessiond_error *malformed, uint64_t sent);
/* An error that is everybody's. */
void calls_take_error(sessiond_client *client, sessiond_error *error);
void calls_close(sessiond_client *client);
/* Does what has to be done by now, and notes when the next thing has to be. */
void calls_run_timers(sessiond_client *client, int64_t instant);

/* changes.c */

void watch_connected(sessiond_client *client);
void watch_lose(sessiond_client *client, const sessiond_error *malformed);
/* False: what was answered is not the protocol. */
bool watch_take_answer(sessiond_client *client, json_t *result);
void watch_take_error(sessiond_client *client, sessiond_error *error);
bool watch_take_event(sessiond_client *client, json_t *params);
void watch_run_timers(sessiond_client *client, int64_t instant);
void watch_close(sessiond_client *client);

#endif
