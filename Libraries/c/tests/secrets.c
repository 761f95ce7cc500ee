/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is given back to the allocator, by the library and by what it uses, has no secret in it.
 *
 *     secrets SOCKET    signs in with a password that is CANARY and gets a token that has CANARY in it, many times
 */
#include <malloc.h>
#include <sessiond/sessiond.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CANARY "s3cr3t-canary"

extern void __libc_free(void *);
void free(void *);

static int leaks;

/* In the place of the C library's, for all that the program is linked with. */
void free(void *pointer) {
    if (pointer != NULL && memmem(pointer, malloc_usable_size(pointer), CANARY, sizeof CANARY - 1) != NULL) leaks++;
    __libc_free(pointer);
}

int main(int count, char **arguments) {
    sessiond_client *client = NULL;
    if (count != 2 || sessiond_client_new(arguments[1], &client, NULL) != SESSIOND_OK) return 64;
    for (int round = 0; round < 50; round++) {
        sessiond_answer *answer = NULL;
        sessiond_error *error = NULL;
        if (sessiond_call(client, sessiond_request_sign_in("anna@example.com", CANARY), 0, NULL, &error) == SESSIOND_OK)
            return 2;
        if (strstr(sessiond_error_message(error), CANARY) != NULL) leaks++;
        error = sessiond_error_unref(error);
        if (sessiond_call(client, sessiond_request_retrieve_token(round), 0, &answer, &error) != SESSIOND_OK) return 3;
        const char *token = sessiond_token_reveal(sessiond_answer_token(answer));
        if (token == NULL || strstr(token, CANARY) == NULL) return 4;
        char *json = sessiond_answer_json(answer);
        if (strstr(json, CANARY) != NULL) leaks++;
        free(json);
        sessiond_answer_unref(answer);
    }
    sessiond_client_unref(client);
    printf("%d\n", leaks);
    return leaks != 0;
}
