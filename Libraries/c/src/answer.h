/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SESSIOND_ANSWER_H
#define SESSIOND_ANSWER_H

#include <jansson.h>

#include "lines.h"
#include "request.h"

/* Whether an object has the members that it must have; see struct method. The first that it lacks is written to
 * `missing`. */
bool has_members(json_t *object, const char *required, char missing[32]);

/* The answer to a method, whose secrets are taken over; NULL with an error where it is not what the protocol says. */
sessiond_answer *answer_new(
    const struct method *method, json_t *result, struct secret *secrets, int count, sessiond_error **error);

/* An error of one that is not. */
sessiond_error *malformed_answer(const char *method, const char *reason);

#endif
