/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The customer session of this device, for programs in C and C++: libsessiond(3).
 *
 * sessiond(8) holds one customer session for the whole device. A client asks it for a token, follows who the customer
 * is, and signs them in and out:
 *
 *     sessiond_client *client = NULL;
 *     sessiond_answer *answer = NULL;
 *     sessiond_error *error = NULL;
 *     if (sessiond_client_new(NULL, &client, &error) == SESSIOND_OK &&
 *         sessiond_call(client, sessiond_request_retrieve_token(60), 0, &answer, &error) == SESSIOND_OK)
 *         use(sessiond_token_reveal(sessiond_answer_token(answer)));
 *     else
 *         fprintf(stderr, "%s\n", sessiond_error_message(error));
 *     sessiond_answer_unref(answer);
 *     sessiond_error_unref(error);
 *     sessiond_client_unref(client);
 *
 * Ownership. What a function gives by a pointer to a pointer belongs to the caller, who gives it back with the `_unref`
 * of its type; every `_unref` takes NULL and returns NULL. A `const char *`, and what a getter returns, belongs to the
 * object that it was asked of and is there for as long as that. A request belongs to whoever made it until it is
 * called.
 *
 * Errors. Functions that can fail return a #sessiond_code, which is #SESSIOND_OK or says what programs go by; `error`
 * may be NULL, and is not touched where they succeed. No text of an error has a secret in it.
 *
 * Threads. A client, its pending calls and its changes belong to one thread at a time; clients share nothing, so that a
 * thread that wants to wait has one of its own. Answers, errors, changes and statuses never change: any thread may read
 * them, keep them and give them back. There are no globals. After fork(2) the child uses no client of its parent's.
 *
 * Signals and descriptors. SIGPIPE is never raised, signals that interrupt a wait do not end it, and every descriptor
 * is closed by execve(2).
 */
#ifndef SESSIOND_SESSIOND_H
#define SESSIOND_SESSIOND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SESSIOND_MUST_CHECK __attribute__((warn_unused_result))
#else
#define SESSIOND_MUST_CHECK
#endif

/** A connection to the daemon, made when it is needed and made anew when it has broken. */
typedef struct sessiond_client sessiond_client;
/** One call, before it is made. */
typedef struct sessiond_request sessiond_request;
/** A call whose answer is waited for in a main loop. */
typedef struct sessiond_pending sessiond_pending;
/** The result of a call. */
typedef struct sessiond_answer sessiond_answer;
/** Why there is no result. */
typedef struct sessiond_error sessiond_error;
/** Who the customer is and how the session stands; never with a token. */
typedef struct sessiond_status sessiond_status;
/** A token, and what is known of it. */
typedef struct sessiond_token sessiond_token;
/** A sign-in at the authority that waits for the customer. */
typedef struct sessiond_sign_in_request sessiond_sign_in_request;
/** The session as it is followed. */
typedef struct sessiond_changes sessiond_changes;
/** One step of the session. */
typedef struct sessiond_change sessiond_change;

/* ---- Errors ---- */

/**
 * What programs match on. The first group is said by the library, the second by the daemon: ERROR NAMES in
 * sessiond-protocol(7). A name that is newer than this header is #SESSIOND_ERROR_OTHER; go by
 * sessiond_error_retryable() then.
 */
typedef enum sessiond_code {
    /** It was done. */
    SESSIOND_OK = 0,
    /** Nobody listens on the socket, or there is none. Nothing was sent. */
    SESSIOND_ERROR_UNREACHABLE = 1,
    /** The connection broke before the answer. A call that changes the session may have been carried out; it is never
     *  sent again, and sessiond_error_status() says how the session stands now. */
    SESSIOND_ERROR_CONNECTION_LOST = 2,
    /** The daemon did not answer in time. A call that changes the session may still be carried out. */
    SESSIOND_ERROR_TIMED_OUT = 3,
    /** sessiond_pending_cancel() was called. A call that changes the session may still be carried out. */
    SESSIOND_ERROR_CANCELLED = 4,
    /** The client was closed. */
    SESSIOND_ERROR_CLOSED = 5,
    /** What answered does not speak the protocol. */
    SESSIOND_ERROR_MALFORMED_ANSWER = 6,
    /** The path cannot be a socket's. */
    SESSIOND_ERROR_INVALID_SOCKET_PATH = 7,
    /** The request is longer than 65,536 bytes. Nothing was sent. */
    SESSIOND_ERROR_REQUEST_TOO_LARGE = 8,
    /** The caller gave something that no request can have, such as text that is not UTF-8. Nothing was sent. */
    SESSIOND_ERROR_INVALID_ARGUMENT = 9,
    /** There is no memory, or no descriptor, to be had. */
    SESSIOND_ERROR_NO_RESOURCES = 10,

    SESSIOND_ERROR_PARSE_ERROR = 100,
    SESSIOND_ERROR_INVALID_REQUEST = 101,
    SESSIOND_ERROR_METHOD_NOT_FOUND = 102,
    SESSIOND_ERROR_INVALID_PARAMS = 103,
    SESSIOND_ERROR_INTERNAL_ERROR = 104,
    /** The socket, or a rule of the daemon's, keeps the caller out. */
    SESSIOND_ERROR_PERMISSION_DENIED = 105,
    SESSIOND_ERROR_NOT_ANONYMOUS = 106,
    SESSIOND_ERROR_ALREADY_SIGNED_IN = 107,
    SESSIOND_ERROR_NOT_SIGNED_IN = 108,
    SESSIOND_ERROR_SESSION_EXPIRED = 109,
    SESSIOND_ERROR_TOKEN_UNAVAILABLE = 110,
    SESSIOND_ERROR_MINIMUM_VALIDITY_IMPOSSIBLE = 111,
    SESSIOND_ERROR_AUTHORITY_REJECTED = 112,
    SESSIOND_ERROR_AUTHORITY_UNAVAILABLE = 113,
    SESSIOND_ERROR_STORE_LOCKED = 114,
    SESSIOND_ERROR_STORE_FAILED = 115,
    SESSIOND_ERROR_GENERATION_MISMATCH = 116,
    SESSIOND_ERROR_LIMIT_EXCEEDED = 117,
    SESSIOND_ERROR_DEADLINE_EXCEEDED = 118,
    SESSIOND_ERROR_NOT_CONFIGURED = 119,
    /** The daemon, its version or its authority does not do that. */
    SESSIOND_ERROR_UNSUPPORTED = 120,
    SESSIOND_ERROR_SHUTTING_DOWN = 121,
    SESSIOND_ERROR_LINE_TOO_LONG = 122,
    SESSIOND_ERROR_VERSION_UNSUPPORTED = 123,
    SESSIOND_ERROR_BUSY = 124,
    SESSIOND_ERROR_SUPERSEDED = 125,
    /** Another name: sessiond_error_name(). */
    SESSIOND_ERROR_OTHER = 999
} sessiond_code;

/** The code of an error; #SESSIOND_OK of NULL. */
sessiond_code sessiond_error_code(const sessiond_error *error);

/** Its name, such as "notSignedIn" or "unreachable": stable, and the daemon's own where the daemon has said it. */
const char *sessiond_error_name(const sessiond_error *error);

/** One line for people: what happened, and where; never a secret. */
const char *sessiond_error_message(const sessiond_error *error);

/** What a person can do about it; NULL where the message says all. */
const char *sessiond_error_hint(const sessiond_error *error);

/** Whether the same call may succeed later without anybody doing anything. */
bool sessiond_error_retryable(const sessiond_error *error);

/** When it may, in seconds from when it was answered; -1 where nobody knows. */
int64_t sessiond_error_retry_after_seconds(const sessiond_error *error);

/** The errno(3) behind it; 0 where there is none. */
int sessiond_error_errno(const sessiond_error *error);

/** A member of the daemon's `data` that is text, such as "capability", "member", "reason" or "outcome"; else NULL. */
const char *sessiond_error_detail(const sessiond_error *error, const char *member);

/** How the session stands after #SESSIOND_ERROR_CONNECTION_LOST; NULL where that could not be asked. */
const sessiond_status *sessiond_error_status(const sessiond_error *error);

/** Keeps an error for another owner. Returns it. */
sessiond_error *sessiond_error_ref(sessiond_error *error);

/** Gives it back. Returns NULL. */
sessiond_error *sessiond_error_unref(sessiond_error *error);

/* ---- Clients ---- */

/** Where an installed daemon listens. */
#define SESSIOND_SOCKET_PATH "/run/sessiond/sessiond.sock"

/**
 * Makes a client; it connects with its first call.
 *
 * @param socket_path where the daemon listens; NULL: what the environment variable SESSIOND_SOCKET says, which is not
 *     read in a program that runs with more rights than its caller, else #SESSIOND_SOCKET_PATH.
 * @return also #SESSIOND_ERROR_INVALID_SOCKET_PATH, #SESSIOND_ERROR_NO_RESOURCES.
 */
SESSIOND_MUST_CHECK sessiond_code sessiond_client_new(
    const char *socket_path, sessiond_client **client, sessiond_error **error);

/** Keeps a client for another owner in the same thread. Returns it. */
sessiond_client *sessiond_client_ref(sessiond_client *client);

/** Gives it back; the last owner closes it as sessiond_client_close() does. Returns NULL. */
sessiond_client *sessiond_client_unref(sessiond_client *client);

/** Ends every call as #SESSIOND_ERROR_CLOSED, whose callbacks run now, and every following, whose callbacks do not. */
void sessiond_client_close(sessiond_client *client);

/**
 * A descriptor for a main loop: poll it for sessiond_client_events(), and call sessiond_client_dispatch() when it is
 * ready. It stays the same over lost connections, and becomes ready by itself when the time for something has come,
 * so that no timer is needed beside it.
 *
 * It is an epoll(7) of the client's, which closes it; nobody reads from it.
 *
 * @return the descriptor; -1 where none is to be had, as errno says.
 */
int sessiond_client_fd(sessiond_client *client);

/** What to poll the descriptor for, as poll(2) has it; always POLLIN. */
short sessiond_client_events(const sessiond_client *client);

/**
 * In how many milliseconds sessiond_client_dispatch() has something to do even if nothing arrives; -1: nothing.
 * Only for loops that cannot wait for the descriptor.
 */
int sessiond_client_timeout_ms(const sessiond_client *client);

/**
 * Takes what has arrived, sends what waits, and runs the callbacks of what is done. It never waits.
 *
 * Callbacks may use the client, cancel, close and give it back; they may not dispatch it.
 *
 * @return how many callbacks ran.
 */
int sessiond_client_dispatch(sessiond_client *client);

/* ---- Requests ---- */

/*
 * Each names what it must have; what it may have is set by its name in sessiond-protocol(7). A request remembers the
 * first thing that was wrong with it, and the call reports that: nothing needs to be checked in between, and none of
 * these fails otherwise. Its memory is zeroed when it is freed.
 */

/** A request of any method, by its name; one that this version does not know counts as a change of the session. */
sessiond_request *sessiond_request_new(const char *method);

/** Gives back a request that is not called after all. Returns NULL. */
sessiond_request *sessiond_request_unref(sessiond_request *request);

/** Sets a parameter to a text, which is copied; NULL: leaves it out. */
void sessiond_request_set_text(sessiond_request *request, const char *name, const char *value);

/** Sets a parameter to an integer. */
void sessiond_request_set_integer(sessiond_request *request, const char *name, int64_t value);

/** Sets a parameter to true or false. */
void sessiond_request_set_boolean(sessiond_request *request, const char *name, bool value);

/** Sets a parameter to null, which clears a label. */
void sessiond_request_set_null(sessiond_request *request, const char *name);

/** Sets a parameter to JSON text, such as the object `attributes`; NULL: leaves it out. */
void sessiond_request_set_json(sessiond_request *request, const char *name, const char *json);

/** Has a change made only while the session is of this generation; else it is answered `generationMismatch`. */
void sessiond_request_set_if_generation(sessiond_request *request, int64_t generation);

/** Who the customer is: sessiond_answer_status(). */
sessiond_request *sessiond_request_status(void);
/** The customer's UUID: sessiond_answer_uuid(). */
sessiond_request *sessiond_request_get_uuid(void);
/** The UUID that an authentication with that authID (or NULL), begun now, would commit: sessiond_answer_uuid(). */
sessiond_request *sessiond_request_get_uuid_for_authentication(const char *auth_id);
/** The customer's own profile, as the authority gives it: sessiond_answer_json(). */
sessiond_request *sessiond_request_profile(void);

/**
 * The customer's token, which lives for at least so many seconds: sessiond_answer_token().
 * It may have `allowStale` and `requireSignedIn`.
 */
sessiond_request *sessiond_request_retrieve_token(int64_t minimum_validity_seconds);
/** Has the token refreshed now: sessiond_answer_token(), without the token itself. */
sessiond_request *sessiond_request_refresh_token(void);

/**
 * Signs a customer in with a password: sessiond_answer_status().
 * It may have `customID` (with NULL for the e-mail), `authID`, `conditional`, `agreements`, `attributes`.
 */
sessiond_request *sessiond_request_sign_in(const char *email, const char *password);
/** Signs a customer in with the token of an identity provider ("OAUTH", "FACEBOOK", "GOOGLE", "APPLE"). It may have
 *  what a sign-in may have. */
sessiond_request *sessiond_request_authenticate(const char *provider, const char *provider_token);
/** Installs a client token that was obtained elsewhere. It may have `clientID`, `customID`, `realm`, `authID`. */
sessiond_request *sessiond_request_authenticate_with_token(
    const char *token, const char *expires_at, const char *origin, const char *uuid);
/** Recognises a customer without a password. It may have `customID` (with NULL for the e-mail), `uuid`, `profile`. */
sessiond_request *sessiond_request_simple_authenticate(const char *email, const char *auth_id);

/**
 * Begins a sign-in at the authority, or joins the one that is pending: sessiond_answer_sign_in_request().
 *
 * @param method "device" or "browser"; NULL: whichever the authority has. It may have `redirectURI` and `replace`.
 */
sessiond_request *sessiond_request_begin_sign_in(const char *method);
/** The sign-in that is pending: sessiond_answer_sign_in_request(), NULL where nobody signs in. */
sessiond_request *sessiond_request_pending_sign_in(void);
/** Hands back the address that the authority sent the browser to: sessiond_answer_status(). */
sessiond_request *sessiond_request_complete_sign_in(const char *attempt, const char *callback_url);
/** Gives up a pending sign-in, or with NULL whichever is pending: sessiond_answer_cancelled(). */
sessiond_request *sessiond_request_cancel_sign_in(const char *attempt);

/** Ends the customer's session, also without a network, and twice: sessiond_answer_changed(). It may have `mode` and
 *  `fromAllDevices`. */
sessiond_request *sessiond_request_sign_out(void);
/** Ends the session and forgets everything about the customer. It may have `discardUnreadable`. */
sessiond_request *sessiond_request_destroy(void);
/** Begins a new anonymous customer, whose UUID is derived from the identifier where that is not NULL. */
sessiond_request *sessiond_request_regenerate_uuid(const char *client_identifier);
/** Deletes the account of the customer who is signed in; the factor is their password, or with `provider` that one's
 *  token. It may have `authID`. */
sessiond_request *sessiond_request_delete_account(const char *auth_factor);
/** Sets labels: `customEmail`, `customIdentifier`, at least one; null clears. */
sessiond_request *sessiond_request_set_identity(void);
/** Counts as activity of the customer. */
sessiond_request *sessiond_request_touch(void);

/** Has the daemon use another API key until another one is configured; for administrators. */
sessiond_request *sessiond_request_change_api_key(const char *api_key);
/** What runs, since when, with which configuration: sessiond_answer_json(). */
sessiond_request *sessiond_request_info(void);
/** Whether a session can be used, and what stands in the way: sessiond_answer_boolean() "ready". */
sessiond_request *sessiond_request_health(void);
/** What the daemon counts and measures: sessiond_answer_text() "text"; for administrators. */
sessiond_request *sessiond_request_metrics(void);
/** Changes from which level on the daemon logs; for administrators. */
sessiond_request *sessiond_request_set_log_level(const char *level);
/** Has the daemon read its configuration again, or say what that would do; for administrators. */
sessiond_request *sessiond_request_reload(bool dry_run);
/** The protocol as an OpenRPC document: sessiond_answer_json(). */
sessiond_request *sessiond_request_discover(void);

/* ---- Calls ---- */

/**
 * Calls, and waits for the answer. Callbacks do not run meanwhile; what they are for is kept until the next dispatch.
 *
 * A read whose connection breaks is repeated until its time is up. A call that changes the session is never sent twice:
 * where it may have been read, it ends as #SESSIOND_ERROR_CONNECTION_LOST. What the daemon is too old for is not sent:
 * it ends as #SESSIOND_ERROR_UNSUPPORTED.
 *
 * @param request is taken over, whatever happens; NULL is #SESSIOND_ERROR_NO_RESOURCES.
 * @param timeout_ms how long, up to 300,000; 0: 30 seconds. The daemon's own answer about it is waited for half a
 *     second more.
 * @param answer may be NULL.
 */
sessiond_code sessiond_call(
    sessiond_client *client, sessiond_request *request, unsigned timeout_ms, sessiond_answer **answer,
    sessiond_error **error);

/** What sessiond_call_async() calls once: either answer or error is NULL, and both are lent for the call; keep them
 *  with their `_ref`. */
typedef void (*sessiond_answer_callback)(sessiond_answer *answer, sessiond_error *error, void *user_data);

/**
 * Calls, and does not wait: the callback runs once, from sessiond_client_dispatch() or sessiond_client_close(), never
 * from in here, also where the call fails at once. Calls may overlap; changes of the session apply in the order in
 * which they were called.
 *
 * @param pending where not NULL, gets the call, to be cancelled; to be given back.
 * @return #SESSIOND_OK, or #SESSIOND_ERROR_NO_RESOURCES, and then the callback never runs.
 */
sessiond_code sessiond_call_async(
    sessiond_client *client, sessiond_request *request, unsigned timeout_ms, sessiond_answer_callback callback,
    void *user_data, sessiond_pending **pending);

/** Ends a call as #SESSIOND_ERROR_CANCELLED, unless it has ended; its callback runs with the next dispatch. */
void sessiond_pending_cancel(sessiond_pending *pending);

/** Gives back a pending call; it goes on. Returns NULL. */
sessiond_pending *sessiond_pending_unref(sessiond_pending *pending);

/* ---- Answers ---- */

/** Keeps an answer for another owner. Returns it. */
sessiond_answer *sessiond_answer_ref(sessiond_answer *answer);
/** Gives it back; secrets in it are zeroed. Returns NULL. */
sessiond_answer *sessiond_answer_unref(sessiond_answer *answer);

/** The status that was answered, also beside a condition; NULL where none was. */
const sessiond_status *sessiond_answer_status(const sessiond_answer *answer);
/** The token that was answered; NULL where none was. */
const sessiond_token *sessiond_answer_token(const sessiond_answer *answer);
/** The sign-in at the authority that was answered; NULL where none was, or none is pending. */
const sessiond_sign_in_request *sessiond_answer_sign_in_request(const sessiond_answer *answer);

/** The customer's UUID, where one was answered; else NULL. */
const char *sessiond_answer_uuid(const sessiond_answer *answer);
/** The customer's generation, where one was answered; else -1. */
int64_t sessiond_answer_generation(const sessiond_answer *answer);
/** Whether a change is stored; with false it will be, as soon as that works again. */
bool sessiond_answer_durable(const sessiond_answer *answer);
/** Of a sign-out: whether there was anything to end. */
bool sessiond_answer_changed(const sessiond_answer *answer);
/** Of the cancelling of a sign-in: whether one was given up. */
bool sessiond_answer_cancelled(const sessiond_answer *answer);
/** Of an authentication with `conditional`: "SUCCESS", or the authority's word for what is missing; else NULL. */
const char *sessiond_answer_condition(const sessiond_answer *answer);

/** A member that is text; NULL where there is none. For members that have no getter, now or in a later version. */
const char *sessiond_answer_text(const sessiond_answer *answer, const char *member);
/** A member that is an integer; whether there is one. */
bool sessiond_answer_integer(const sessiond_answer *answer, const char *member, int64_t *value);
/** A member that is true; false where it is false, or there is none. */
bool sessiond_answer_boolean(const sessiond_answer *answer, const char *member);
/** The whole answer as JSON text, with members that this version does not know, secrets empty: for free(3). NULL where
 *  there is no memory. */
char *sessiond_answer_json(const sessiond_answer *answer);

/* ---- Tokens ---- */

/** The token itself, for the header `Authorization: Bearer …`; NULL where only the facts were asked for. */
const char *sessiond_token_reveal(const sessiond_token *token);
/** The customer it is for. */
const char *sessiond_token_uuid(const sessiond_token *token);
/** Where it came from, such as "ANONYMOUS" or "OAUTH". */
const char *sessiond_token_origin(const sessiond_token *token);
/** When it ends, by the authority's clock: RFC 3339, in UTC. */
const char *sessiond_token_expires_at(const sessiond_token *token);
/** How long that was when it was answered. Go by this: the device's clock may be wrong. */
int64_t sessiond_token_expires_in_seconds(const sessiond_token *token);
/** Whether the last attempt to refresh it failed. */
bool sessiond_token_stale(const sessiond_token *token);
/** The customer's generation. */
int64_t sessiond_token_generation(const sessiond_token *token);
/** The customer's own id, as the authority said with it; or NULL. */
const char *sessiond_token_custom_id(const sessiond_token *token);
/** The id of the customer's profile; or NULL. */
const char *sessiond_token_client_id(const sessiond_token *token);
/** The realm; or NULL. */
const char *sessiond_token_realm(const sessiond_token *token);

/* ---- Sign-ins at the authority ---- */

/** Names the sign-in. */
const char *sessiond_sign_in_request_attempt(const sessiond_sign_in_request *request);
/** "device" or "browser". */
const char *sessiond_sign_in_request_method(const sessiond_sign_in_request *request);
/** Whether it was pending before. */
bool sessiond_sign_in_request_joined(const sessiond_sign_in_request *request);
/** What the customer enters at the address; a secret to everybody else. NULL where there is none. */
const char *sessiond_sign_in_request_user_code(const sessiond_sign_in_request *request);
/** Where they enter it; or NULL. */
const char *sessiond_sign_in_request_verification_uri(const sessiond_sign_in_request *request);
/** The address with the code in it, for a QR code; or NULL. */
const char *sessiond_sign_in_request_verification_uri_complete(const sessiond_sign_in_request *request);
/** What to show in a web view; or NULL. */
const char *sessiond_sign_in_request_authorization_url(const sessiond_sign_in_request *request);
/** What the address begins with that the web view is to be stopped at; or NULL. */
const char *sessiond_sign_in_request_redirect_uri(const sessiond_sign_in_request *request);
/** When it ends: RFC 3339, in UTC. */
const char *sessiond_sign_in_request_expires_at(const sessiond_sign_in_request *request);
/** How long that was when it was answered. */
int64_t sessiond_sign_in_request_expires_in_seconds(const sessiond_sign_in_request *request);

/* ---- Statuses ---- */

/** How the session stands. */
typedef enum sessiond_state {
    /** A UUID and no token yet. */
    SESSIOND_STATE_NONE,
    /** Nobody is signed in. */
    SESSIOND_STATE_ANONYMOUS,
    /** A customer is recognised by Simple Authentication. */
    SESSIOND_STATE_SIMPLE,
    /** A customer is signed in. */
    SESSIOND_STATE_SIGNED_IN,
    /** The customer's session is over; they must sign in again. */
    SESSIOND_STATE_EXPIRED,
    /** A state that is newer than this header. */
    SESSIOND_STATE_OTHER
} sessiond_state;

/** Keeps a status for longer than what it belongs to. Returns it. */
const sessiond_status *sessiond_status_ref(const sessiond_status *status);
/** Gives it back. Returns NULL. */
const sessiond_status *sessiond_status_unref(const sessiond_status *status);

/** How the session stands. */
sessiond_state sessiond_status_state(const sessiond_status *status);
/** The same by its name, such as "signedIn". */
const char *sessiond_status_state_name(const sessiond_status *status);
/** The customer's UUID. */
const char *sessiond_status_uuid(const sessiond_status *status);
/** "generated", "derived" or "injected". */
const char *sessiond_status_uuid_origin(const sessiond_status *status);
/** Names one customer on this device; rises when the customer changes. */
int64_t sessiond_status_generation(const sessiond_status *status);
/** Whether somebody is signed in. */
bool sessiond_status_signed_in(const sessiond_status *status);
/** Whether somebody is recognised by Simple Authentication. */
bool sessiond_status_signed_in_via_simple_authentication(const sessiond_status *status);
/** Where the token came from; or NULL. */
const char *sessiond_status_origin(const sessiond_status *status);
/** What the customer signed in with; or NULL. */
const char *sessiond_status_login(const sessiond_status *status);
/** A label; or NULL. */
const char *sessiond_status_custom_email(const sessiond_status *status);
/** A label; or NULL. */
const char *sessiond_status_custom_identifier(const sessiond_status *status);
/** The id of the customer's profile; or NULL. */
const char *sessiond_status_client_id(const sessiond_status *status);
/** When the token ends; or NULL. */
const char *sessiond_status_expires_at(const sessiond_status *status);
/** In how many seconds; -1 where there is no token. */
int64_t sessiond_status_expires_in_seconds(const sessiond_status *status);
/** When the customer's session ends by itself; or NULL. */
const char *sessiond_status_session_ends_at(const sessiond_status *status);
/** In how many seconds; -1 where it does not. */
int64_t sessiond_status_session_ends_in_seconds(const sessiond_status *status);
/** "idleTimeout" or "maximumLifetime"; or NULL. */
const char *sessiond_status_session_ends_because(const sessiond_status *status);
/** "none", "expired", "stale", "refreshing" or "valid". */
const char *sessiond_status_token_state(const sessiond_status *status);
/** "local", "openid" or "synerise". */
const char *sessiond_status_authority_kind(const sessiond_status *status);
/** Whether the authority answered all that it was asked for, each when it was asked for that last. */
bool sessiond_status_authority_reachable(const sessiond_status *status);
/** Whether the session is encrypted where it is stored. */
bool sessiond_status_store_sealed(const sessiond_status *status);
/** "ok", "failing" or "locked". */
const char *sessiond_status_store_state(const sessiond_status *status);
/** The sign-in at the authority that waits for the customer, by its name; or NULL. */
const char *sessiond_status_pending_sign_in(const sessiond_status *status);
/** The whole status as JSON text: for free(3). NULL where there is no memory. */
char *sessiond_status_json(const sessiond_status *status);

/* ---- Changes ---- */

/** What has led to a change. */
typedef enum sessiond_cause {
    /** Nothing: this is how the session is as following it begins. */
    SESSIOND_CAUSE_SNAPSHOT,
    /** A transition, as the daemon tells it: sessiond_change_name() is its kind. */
    SESSIOND_CAUSE_EVENT,
    /** What the daemon cannot tell any more: all that has happened in between, which may be nothing. */
    SESSIOND_CAUSE_GAP,
    /** The session cannot be followed now: sessiond_change_error(). Told once, until it can be or there is another
     *  reason why not. The status is the last that was seen, which may be wrong by now. */
    SESSIOND_CAUSE_INTERRUPTED,
    /** It can be followed again, and nothing was missed: what happened in between comes next. */
    SESSIOND_CAUSE_RESUMED,
    /** The right to see the session was taken away. Nothing comes after it. */
    SESSIOND_CAUSE_REVOKED
} sessiond_cause;

/** What sessiond_follow() calls, from sessiond_client_dispatch(); the change is lent for the call. */
typedef void (*sessiond_change_callback)(const sessiond_change *change, void *user_data);

/**
 * Follows the session: how it is now, then every change, in order and each once, whatever happens to the daemon.
 *
 * A connection that breaks is made again, after 10 ms, doubling to 1 s, and nothing is told where nothing was missed; a
 * daemon that refuses is asked again after 1 s, doubling to 30 s. What an app that is too slow, or a restart, has made
 * it miss is one change, #SESSIOND_CAUSE_GAP.
 *
 * @param callback NULL: changes are fetched with sessiond_changes_next().
 * @param changes may be NULL with a callback: then it lasts as long as the client.
 * @return also #SESSIOND_ERROR_CLOSED, #SESSIOND_ERROR_NO_RESOURCES.
 */
sessiond_code sessiond_follow(
    sessiond_client *client, sessiond_change_callback callback, void *user_data, sessiond_changes **changes,
    sessiond_error **error);

/**
 * Waits for the next change, for programs without a main loop.
 *
 * @param timeout_ms how long; negative: without an end.
 * @return a change, to be given back; NULL when the time is up or sessiond_changes_ended().
 */
sessiond_change *sessiond_changes_next(sessiond_changes *changes, int timeout_ms);

/** Whether nothing comes any more: after #SESSIOND_CAUSE_REVOKED, and once the client is closed. */
bool sessiond_changes_ended(const sessiond_changes *changes);

/** Ends it: no callback runs any more. Returns NULL. */
sessiond_changes *sessiond_changes_unref(sessiond_changes *changes);

/** Keeps a change for another owner. Returns it. */
sessiond_change *sessiond_change_ref(const sessiond_change *change);
/** Gives it back. Returns NULL. */
sessiond_change *sessiond_change_unref(sessiond_change *change);

/** What has led to it. */
sessiond_cause sessiond_change_cause(const sessiond_change *change);
/** Its name: the event's kind, such as "signedIn", also one that this version does not know; or "snapshot", "gap",
 *  "interrupted", "resumed", "revoked". */
const char *sessiond_change_name(const sessiond_change *change);
/** The session now; NULL only where it was never seen. */
const sessiond_status *sessiond_change_status(const sessiond_change *change);
/** The session before; NULL in the first view of it. */
const sessiond_status *sessiond_change_previous(const sessiond_change *change);
/** Whether there is another customer than before, or none is known before: what belongs to the last one has to go. */
bool sessiond_change_is_other_customer(const sessiond_change *change);
/** Why the session cannot be followed; else NULL. */
const sessiond_error *sessiond_change_error(const sessiond_change *change);
/** Why an event happened, such as "idleTimeout"; or NULL. */
const char *sessiond_change_reason(const sessiond_change *change);
/** The event's number; -1 of what is no event. */
int64_t sessiond_change_sequence(const sessiond_change *change);
/** Of `expiringSoon`: in how many seconds the session ends; else -1. */
int64_t sessiond_change_at_seconds(const sessiond_change *change);
/** A member of the event that is text, such as "what", "attempt", "method" or "outcome"; or NULL. */
const char *sessiond_change_text(const sessiond_change *change, const char *member);
/** The event as JSON text: for free(3). NULL of what is no event, or where there is no memory. */
char *sessiond_change_json(const sessiond_change *change);

#ifdef __cplusplus
}
#endif

#endif
