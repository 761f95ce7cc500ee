/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

struct sessiond_answer {
    atomic_uint references;
    enum result result;
    json_t *object;
    int count;
    struct secret secrets[MAXIMUM_SECRETS];
};

static bool is_of_type(const json_t *value, char type) {
    switch (type) {
        case 's': return json_is_string(value);
        case 'i': return json_is_integer(value);
        case 'b': return json_is_boolean(value);
        default: return json_is_object(value);
    }
}

bool has_members(json_t *object, const char *required, char missing[32]) {
    if (!json_is_object(object)) {
        strcpy(missing, "result");
        return false;
    }
    while (*required != '\0') {
        char name[32], type = *required++;
        size_t length = strcspn(required, " ");
        memcpy(name, required, length);
        name[length] = '\0';
        required += length + (required[length] == ' ');
        if (is_of_type(json_object_get(object, name), type)) continue;
        strcpy(missing, name);
        return false;
    }
    return true;
}

sessiond_error *malformed_answer(const char *method, const char *reason) {
    return error_new(
        SESSIOND_ERROR_MALFORMED_ANSWER,
        "see whether the socket is sessiond's, and whether it and this program are of the same version",
        "what was answered to %s is not sessiond's protocol: %s", method, reason);
}

static const char *required_members(const struct method *method, json_t *object, char missing[32]) {
    if (method->result == RESULT_SIGN_IN_REQUEST && !method->is_mutation)
        /* An empty object: nobody signs in. */
        return json_object_get(object, "attempt") == NULL ? "" : "sattempt smethod sexpiresAt iexpiresInSeconds";
    if (method->result != RESULT_AUTHENTICATION) return method->required;
    if (json_object_get(object, "condition") == NULL) return status_members;
    return has_members(json_object_get(object, "session"), status_members, missing) ? "scondition osession" : NULL;
}

sessiond_answer *answer_new(
    const struct method *method, json_t *result, struct secret *secrets, int count, sessiond_error **error) {
    char missing[32], reason[96] = "the daemon's answer has no valid \"";
    const char *required = required_members(method, result, missing);
    if (required == NULL || !has_members(result, required, missing)) {
        strcat(strcat(reason, missing), "\"");
        *error = malformed_answer(method->name, reason);
        return NULL;
    }
    sessiond_answer *answer = calloc(1, sizeof *answer);
    if (answer == NULL) {
        *error = &no_memory_error;
        return NULL;
    }
    atomic_init(&answer->references, 1);
    answer->result = method->result;
    answer->object = json_incref(result);
    answer->count = count;
    memcpy(answer->secrets, secrets, sizeof *secrets * (size_t)count);
    memset(secrets, 0, sizeof *secrets * (size_t)count);
    return answer;
}

sessiond_answer *sessiond_answer_ref(sessiond_answer *answer) {
    if (answer != NULL) atomic_fetch_add(&answer->references, 1);
    return answer;
}

sessiond_answer *sessiond_answer_unref(sessiond_answer *answer) {
    if (answer == NULL || atomic_fetch_sub(&answer->references, 1) != 1) return NULL;
    for (int index = 0; index < answer->count; index++) secret_free(&answer->secrets[index]);
    json_decref(answer->object);
    free(answer);
    return NULL;
}

static const char *text(const json_t *object, const char *name) {
    return json_string_value(json_object_get(object, name));
}

static int64_t integer(const json_t *object, const char *name, int64_t otherwise) {
    json_t *value = json_object_get(object, name);
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : otherwise;
}

static bool boolean(const json_t *object, const char *name) { return json_is_true(json_object_get(object, name)); }

static const json_t *object_of(const sessiond_answer *answer) { return answer == NULL ? NULL : answer->object; }

static const char *secret(const sessiond_answer *answer, const char *name) {
    if (answer == NULL) return NULL;
    for (int index = 0; index < answer->count; index++)
        if (strcmp(answer->secrets[index].name, name) == 0) return answer->secrets[index].text;
    const char *value = text(answer->object, name);
    return value == NULL || *value == '\0' ? NULL : value;
}

const sessiond_status *sessiond_answer_status(const sessiond_answer *answer) {
    if (answer == NULL) return NULL;
    json_t *session = json_object_get(answer->object, "session");
    bool is_condition = answer->result == RESULT_AUTHENTICATION && session != NULL;
    if (is_condition) return (const sessiond_status *)session;
    bool is_status = answer->result == RESULT_STATUS || answer->result == RESULT_AUTHENTICATION;
    return is_status ? (const sessiond_status *)answer->object : NULL;
}

const sessiond_token *sessiond_answer_token(const sessiond_answer *answer) {
    return answer != NULL && answer->result == RESULT_TOKEN ? (const sessiond_token *)answer : NULL;
}

const sessiond_sign_in_request *sessiond_answer_sign_in_request(const sessiond_answer *answer) {
    bool is_one = answer != NULL && answer->result == RESULT_SIGN_IN_REQUEST && text(answer->object, "attempt") != NULL;
    return is_one ? (const sessiond_sign_in_request *)answer : NULL;
}

const char *sessiond_answer_uuid(const sessiond_answer *answer) { return text(object_of(answer), "uuid"); }

int64_t sessiond_answer_generation(const sessiond_answer *answer) {
    return integer(object_of(answer), "generation", -1);
}

bool sessiond_answer_durable(const sessiond_answer *answer) { return boolean(object_of(answer), "durable"); }

bool sessiond_answer_changed(const sessiond_answer *answer) { return boolean(object_of(answer), "changed"); }

bool sessiond_answer_cancelled(const sessiond_answer *answer) { return boolean(object_of(answer), "cancelled"); }

const char *sessiond_answer_condition(const sessiond_answer *answer) { return text(object_of(answer), "condition"); }

const char *sessiond_answer_text(const sessiond_answer *answer, const char *member) {
    return member == NULL ? NULL : text(object_of(answer), member);
}

bool sessiond_answer_integer(const sessiond_answer *answer, const char *member, int64_t *value) {
    json_t *number = member == NULL ? NULL : json_object_get(object_of(answer), member);
    if (!json_is_integer(number)) return false;
    *value = (int64_t)json_integer_value(number);
    return true;
}

bool sessiond_answer_boolean(const sessiond_answer *answer, const char *member) {
    return member != NULL && boolean(object_of(answer), member);
}

char *sessiond_answer_json(const sessiond_answer *answer) {
    return json_dumps(object_of(answer), JSON_COMPACT);
}

/* ---- Getters of one member each ---- */

/* A token and a sign-in are the answer that they came in: their secrets are beside the object. */
#define ANSWER(value) ((const sessiond_answer *)(value))
#define STATUS(value) ((const json_t *)(value))

#define TEXT(type, getter, member) \
    const char *sessiond_##type##_##getter(const sessiond_##type *value) { \
        return text(object_of(ANSWER(value)), member); \
    }
#define SECRET(type, getter, member) \
    const char *sessiond_##type##_##getter(const sessiond_##type *value) { return secret(ANSWER(value), member); }
#define INTEGER(type, getter, member) \
    int64_t sessiond_##type##_##getter(const sessiond_##type *value) { \
        return integer(object_of(ANSWER(value)), member, -1); \
    }
#define BOOLEAN(type, getter, member) \
    bool sessiond_##type##_##getter(const sessiond_##type *value) { return boolean(object_of(ANSWER(value)), member); }

SECRET(token, reveal, "token")
TEXT(token, uuid, "uuid")
TEXT(token, origin, "origin")
TEXT(token, expires_at, "expiresAt")
INTEGER(token, expires_in_seconds, "expiresInSeconds")
BOOLEAN(token, stale, "stale")
INTEGER(token, generation, "generation")
TEXT(token, custom_id, "customID")
TEXT(token, client_id, "clientID")
TEXT(token, realm, "realm")

TEXT(sign_in_request, attempt, "attempt")
TEXT(sign_in_request, method, "method")
BOOLEAN(sign_in_request, joined, "joined")
SECRET(sign_in_request, user_code, "userCode")
SECRET(sign_in_request, verification_uri, "verificationURI")
SECRET(sign_in_request, verification_uri_complete, "verificationURIComplete")
SECRET(sign_in_request, authorization_url, "authorizationURL")
TEXT(sign_in_request, redirect_uri, "redirectURI")
TEXT(sign_in_request, expires_at, "expiresAt")
INTEGER(sign_in_request, expires_in_seconds, "expiresInSeconds")

#undef TEXT
#undef INTEGER
#undef BOOLEAN

#define TEXT(getter, member) \
    const char *sessiond_status_##getter(const sessiond_status *status) { return text(STATUS(status), member); }
#define INTEGER(getter, member) \
    int64_t sessiond_status_##getter(const sessiond_status *status) { return integer(STATUS(status), member, -1); }
#define BOOLEAN(getter, member) \
    bool sessiond_status_##getter(const sessiond_status *status) { return boolean(STATUS(status), member); }
#define INNER(type, kind, getter, object, member) \
    type sessiond_status_##getter(const sessiond_status *status) { \
        return kind(json_object_get(STATUS(status), object), member); \
    }

TEXT(state_name, "state")
TEXT(uuid, "uuid")
TEXT(uuid_origin, "uuidOrigin")
INTEGER(generation, "generation")
BOOLEAN(signed_in, "signedIn")
BOOLEAN(signed_in_via_simple_authentication, "signedInViaSimpleAuthentication")
TEXT(origin, "origin")
TEXT(login, "login")
TEXT(custom_email, "customEmail")
TEXT(custom_identifier, "customIdentifier")
TEXT(client_id, "clientID")
TEXT(expires_at, "expiresAt")
INTEGER(expires_in_seconds, "expiresInSeconds")
TEXT(session_ends_at, "sessionEndsAt")
INTEGER(session_ends_in_seconds, "sessionEndsInSeconds")
TEXT(session_ends_because, "sessionEndsBecause")
TEXT(token_state, "tokenState")
INNER(const char *, text, authority_kind, "authority", "kind")
INNER(bool, boolean, authority_reachable, "authority", "reachable")
INNER(bool, boolean, store_sealed, "store", "sealed")
INNER(const char *, text, store_state, "store", "state")
INNER(const char *, text, pending_sign_in, "pendingSignIn", "attempt")

sessiond_state sessiond_status_state(const sessiond_status *status) {
    static const char *const names[] = {"none", "anonymous", "simple", "signedIn", "expired"};
    const char *name = sessiond_status_state_name(status);
    for (size_t index = 0; name != NULL && index < sizeof names / sizeof *names; index++)
        if (strcmp(names[index], name) == 0) return (sessiond_state)index;
    return SESSIOND_STATE_OTHER;
}

const sessiond_status *sessiond_status_ref(const sessiond_status *status) {
    json_incref((json_t *)STATUS(status));
    return status;
}

const sessiond_status *sessiond_status_unref(const sessiond_status *status) {
    json_decref((json_t *)STATUS(status));
    return NULL;
}

char *sessiond_status_json(const sessiond_status *status) { return json_dumps(STATUS(status), JSON_COMPACT); }
