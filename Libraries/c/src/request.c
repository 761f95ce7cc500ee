/* SPDX-License-Identifier: Apache-2.0 */
#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

const char status_members[] =
    "sstate suuid suuidOrigin bsignedIn bsignedInViaSimpleAuthentication stokenState igeneration oauthority ostore";
static const char token_members[] = "stoken suuid sorigin sexpiresAt iexpiresInSeconds bstale igeneration";
static const char fact_members[] = "suuid sorigin sexpiresAt iexpiresInSeconds bstale igeneration";
static const char customer_members[] = "suuid igeneration bdurable";
static const char sign_in_feature[] = "signInRequest";

/* The methods of version 1: Method in the sources, METHODS in sessiond-protocol(7). */
static const struct method methods[] = {
    {"session.getUUID", NULL, "suuid", RESULT_OBJECT, false},
    {"session.getUUIDForAuthentication", NULL, "suuid", RESULT_OBJECT, false},
    {"session.status", NULL, status_members, RESULT_STATUS, false},
    {"session.profile", NULL, "", RESULT_OBJECT, false},
    {"session.retrieveToken", NULL, token_members, RESULT_TOKEN, false},
    {"session.refreshToken", NULL, fact_members, RESULT_TOKEN, false},
    {"session.signIn", NULL, "", RESULT_AUTHENTICATION, true},
    {"session.authenticate", NULL, "", RESULT_AUTHENTICATION, true},
    {"session.authenticateWithToken", NULL, "", RESULT_AUTHENTICATION, true},
    {"session.simpleAuthenticate", NULL, "", RESULT_AUTHENTICATION, true},
    {"session.beginSignIn", sign_in_feature, "sattempt smethod bjoined sexpiresAt iexpiresInSeconds",
        RESULT_SIGN_IN_REQUEST, true},
    {"session.pendingSignIn", sign_in_feature, "", RESULT_SIGN_IN_REQUEST, false},
    {"session.completeSignIn", sign_in_feature, status_members, RESULT_STATUS, true},
    {"session.cancelSignIn", sign_in_feature, "bcancelled", RESULT_OBJECT, true},
    {"session.signOut", NULL, "bchanged bdurable sauthority suuid igeneration", RESULT_OBJECT, true},
    {"session.destroy", NULL, customer_members, RESULT_OBJECT, true},
    {"session.regenerateUUID", NULL, customer_members, RESULT_OBJECT, true},
    {"session.deleteAccount", NULL, customer_members, RESULT_OBJECT, true},
    {"session.setIdentity", NULL, status_members, RESULT_STATUS, true},
    {"session.touch", NULL, "", RESULT_OBJECT, false},
    {"authority.changeAPIKey", NULL, status_members, RESULT_STATUS, true},
    {"daemon.info", NULL, "sserver", RESULT_OBJECT, false},
    {"daemon.health", NULL, "bready", RESULT_OBJECT, false},
    {"daemon.metrics", NULL, "scontentType stext", RESULT_OBJECT, false},
    {"daemon.setLogLevel", NULL, "", RESULT_OBJECT, false},
    {"daemon.reload", NULL, "", RESULT_OBJECT, true},
    {"rpc.discover", NULL, "sopenrpc", RESULT_OBJECT, false},
};

static void set_problem(sessiond_request *request, const char *name, const char *reason) {
    if (request->problem == NULL)
        request->problem = error_new(
            SESSIOND_ERROR_INVALID_ARGUMENT, NULL, "%s: \"%s\" %s", request->method->name, name, reason);
}

sessiond_request *sessiond_request_new(const char *method) {
    sessiond_request *request = calloc(1, sizeof *request);
    if (request == NULL) return NULL;
    for (size_t index = 0; index < sizeof methods / sizeof *methods; index++)
        if (method != NULL && strcmp(methods[index].name, method) == 0) request->method = &methods[index];
    if (request->method == NULL) {
        char *name = strdup(method == NULL ? "" : method);
        if (name == NULL) return sessiond_request_unref(request);
        request->unknown = (struct method){name, NULL, "", RESULT_OBJECT, true};
        request->method = &request->unknown;
        if (*name == '\0' || !is_utf8(name)) set_problem(request, "method", "is no method's name");
    }
    request->is_mutation = request->method->is_mutation;
    return request;
}

static void parameter_free(struct parameter *parameter) {
    buffer_free(&parameter->value);
    free(parameter->name);
    free(parameter);
}

sessiond_request *sessiond_request_unref(sessiond_request *request) {
    if (request == NULL) return NULL;
    while (request->parameters != NULL) {
        struct parameter *parameter = request->parameters;
        request->parameters = parameter->next;
        parameter_free(parameter);
    }
    if (request->method == &request->unknown) free((char *)request->unknown.name);
    sessiond_error_unref(request->problem);
    free(request);
    return NULL;
}

/* An empty value for a parameter, in the place of one that is there; NULL: there is something wrong. */
static struct buffer *value_for(sessiond_request *request, const char *name) {
    if (request == NULL || request->problem != NULL) return NULL;
    if (name == NULL || !is_utf8(name)) {
        set_problem(request, "a parameter", "has no name");
        return NULL;
    }
    struct parameter **place = &request->parameters;
    while (*place != NULL && strcmp((*place)->name, name) != 0) place = &(*place)->next;
    if (*place != NULL) {
        buffer_free(&(*place)->value);
        return &(*place)->value;
    }
    struct parameter *parameter = calloc(1, sizeof *parameter);
    char *copy = strdup(name);
    if (parameter == NULL || copy == NULL) {
        free(parameter);
        free(copy);
        request->problem = &no_memory_error;
        return NULL;
    }
    parameter->name = copy;
    *place = parameter;
    return &parameter->value;
}

static void leave_out(sessiond_request *request, const char *name) {
    if (request == NULL || name == NULL) return;
    for (struct parameter **place = &request->parameters; *place != NULL; place = &(*place)->next) {
        if (strcmp((*place)->name, name) != 0) continue;
        struct parameter *parameter = *place;
        *place = parameter->next;
        parameter_free(parameter);
        return;
    }
}

static void set_raw(sessiond_request *request, const char *name, const char *json) {
    struct buffer *value = value_for(request, name);
    if (value != NULL) buffer_append_raw(value, json);
}

void sessiond_request_set_text(sessiond_request *request, const char *name, const char *text) {
    if (text == NULL) {
        leave_out(request, name);
        return;
    }
    struct buffer *value = value_for(request, name);
    if (value == NULL) return;
    if (is_utf8(text))
        buffer_append_string(value, text);
    else
        set_problem(request, name, "is not UTF-8");
}

void sessiond_request_set_integer(sessiond_request *request, const char *name, int64_t number) {
    struct buffer *value = value_for(request, name);
    if (value != NULL) buffer_append_integer(value, number);
}

void sessiond_request_set_boolean(sessiond_request *request, const char *name, bool value) {
    set_raw(request, name, value ? "true" : "false");
    /* What a reload would do is only looked at. */
    if (request != NULL && name != NULL && strcmp(name, "dryRun") == 0)
        request->is_mutation = request->method->is_mutation && !value;
}

void sessiond_request_set_null(sessiond_request *request, const char *name) { set_raw(request, name, "null"); }

void sessiond_request_set_json(sessiond_request *request, const char *name, const char *json) {
    if (json == NULL) {
        leave_out(request, name);
        return;
    }
    if (request == NULL || request->problem != NULL) return;
    json_t *parsed = json_loads(json, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    /* Written anew, so that it is one line. */
    char *line = parsed == NULL ? NULL : json_dumps(parsed, JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(parsed);
    if (line == NULL)
        set_problem(request, name == NULL ? "" : name, "is not JSON");
    else
        set_raw(request, name, line);
    free(line);
}

void sessiond_request_set_if_generation(sessiond_request *request, int64_t generation) {
    sessiond_request_set_integer(request, "ifGeneration", generation);
}

void request_append_line(
    const sessiond_request *request, int64_t id, int64_t deadline_milliseconds, struct buffer *buffer) {
    buffer_append_raw(buffer, "{\"jsonrpc\":\"2.0\",\"id\":");
    buffer_append_integer(buffer, id);
    buffer_append_raw(buffer, ",\"method\":");
    buffer_append_string(buffer, request->method->name);
    buffer_append_raw(buffer, ",\"params\":{");
    const char *between = "";
    for (const struct parameter *parameter = request->parameters; parameter != NULL; parameter = parameter->next) {
        buffer_append_raw(buffer, between);
        buffer_append_string(buffer, parameter->name);
        buffer_append_raw(buffer, ":");
        buffer_append(buffer, parameter->value.bytes, parameter->value.length);
        buffer->has_failed = buffer->has_failed || parameter->value.has_failed;
        between = ",";
    }
    if (deadline_milliseconds >= 0) {
        char text[64];
        int64_t milliseconds = deadline_milliseconds > 0 ? deadline_milliseconds : 1;
        /* Not %f: its point is the locale's. */
        int count = snprintf(
            text, sizeof text, "%s\"_deadlineSeconds\":%lld.%03d", between, (long long)(milliseconds / 1000),
            (int)(milliseconds % 1000));
        buffer_append(buffer, text, (size_t)count);
    }
    buffer_append_raw(buffer, "}}\n");
}

/* ---- Requests by name ---- */

static sessiond_request *with_text(const char *method, const char *name, const char *value) {
    sessiond_request *request = sessiond_request_new(method);
    if (request != NULL) sessiond_request_set_text(request, name, value);
    return request;
}

static sessiond_request *with_texts(
    const char *method, const char *name, const char *value, const char *other, const char *other_value) {
    sessiond_request *request = with_text(method, name, value);
    if (request != NULL) sessiond_request_set_text(request, other, other_value);
    return request;
}

sessiond_request *sessiond_request_status(void) { return sessiond_request_new("session.status"); }

sessiond_request *sessiond_request_get_uuid(void) { return sessiond_request_new("session.getUUID"); }

sessiond_request *sessiond_request_get_uuid_for_authentication(const char *auth_id) {
    return with_text("session.getUUIDForAuthentication", "authID", auth_id);
}

sessiond_request *sessiond_request_profile(void) { return sessiond_request_new("session.profile"); }

sessiond_request *sessiond_request_retrieve_token(int64_t minimum_validity_seconds) {
    sessiond_request *request = sessiond_request_new("session.retrieveToken");
    if (minimum_validity_seconds != 0)
        sessiond_request_set_integer(request, "minimumValiditySeconds", minimum_validity_seconds);
    return request;
}

sessiond_request *sessiond_request_refresh_token(void) { return sessiond_request_new("session.refreshToken"); }

sessiond_request *sessiond_request_sign_in(const char *email, const char *password) {
    return with_texts("session.signIn", "email", email, "password", password);
}

sessiond_request *sessiond_request_authenticate(const char *provider, const char *provider_token) {
    return with_texts("session.authenticate", "provider", provider, "providerToken", provider_token);
}

sessiond_request *sessiond_request_authenticate_with_token(
    const char *token, const char *expires_at, const char *origin, const char *uuid) {
    sessiond_request *request = with_texts(
        "session.authenticateWithToken", "token", token, "expiresAt", expires_at);
    sessiond_request_set_text(request, "origin", origin);
    sessiond_request_set_text(request, "uuid", uuid);
    return request;
}

sessiond_request *sessiond_request_simple_authenticate(const char *email, const char *auth_id) {
    return with_texts("session.simpleAuthenticate", "email", email, "authID", auth_id);
}

sessiond_request *sessiond_request_begin_sign_in(const char *method) {
    return with_text("session.beginSignIn", "method", method);
}

sessiond_request *sessiond_request_pending_sign_in(void) { return sessiond_request_new("session.pendingSignIn"); }

sessiond_request *sessiond_request_complete_sign_in(const char *attempt, const char *callback_url) {
    return with_texts("session.completeSignIn", "attempt", attempt, "callbackURL", callback_url);
}

sessiond_request *sessiond_request_cancel_sign_in(const char *attempt) {
    return with_text("session.cancelSignIn", "attempt", attempt);
}

sessiond_request *sessiond_request_sign_out(void) { return sessiond_request_new("session.signOut"); }

sessiond_request *sessiond_request_destroy(void) { return sessiond_request_new("session.destroy"); }

sessiond_request *sessiond_request_regenerate_uuid(const char *client_identifier) {
    return with_text("session.regenerateUUID", "clientIdentifier", client_identifier);
}

sessiond_request *sessiond_request_delete_account(const char *auth_factor) {
    return with_text("session.deleteAccount", "authFactor", auth_factor);
}

sessiond_request *sessiond_request_set_identity(void) { return sessiond_request_new("session.setIdentity"); }

sessiond_request *sessiond_request_touch(void) { return sessiond_request_new("session.touch"); }

sessiond_request *sessiond_request_change_api_key(const char *api_key) {
    return with_text("authority.changeAPIKey", "apiKey", api_key);
}

sessiond_request *sessiond_request_info(void) { return sessiond_request_new("daemon.info"); }

sessiond_request *sessiond_request_health(void) { return sessiond_request_new("daemon.health"); }

sessiond_request *sessiond_request_metrics(void) { return sessiond_request_new("daemon.metrics"); }

sessiond_request *sessiond_request_set_log_level(const char *level) {
    return with_text("daemon.setLogLevel", "level", level);
}

sessiond_request *sessiond_request_reload(bool dry_run) {
    sessiond_request *request = sessiond_request_new("daemon.reload");
    if (dry_run) sessiond_request_set_boolean(request, "dryRun", true);
    return request;
}

sessiond_request *sessiond_request_discover(void) { return sessiond_request_new("rpc.discover"); }
