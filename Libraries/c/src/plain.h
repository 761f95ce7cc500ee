/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in the form in which sessiond writes it, read for a fraction of what a parser of any JSON takes. */
#ifndef SESSIOND_PLAIN_H
#define SESSIOND_PLAIN_H

#include <jansson.h>

/* Reads one value; NULL: it is not that plain, and for jansson to read or to refuse. Plain are texts without escapes in
 * ASCII, integers, and neither white space nor a name twice. */
json_t *plain_json(const char *text, size_t length);

#endif
