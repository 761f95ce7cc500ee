// SPDX-License-Identifier: Apache-2.0
#include "CArguments.h"

static int count;
static char **vector;

// The C library calls what is in .init_array with the arguments of main.
__attribute__((constructor)) static void keep(int argument_count, char **arguments) {
    count = argument_count;
    vector = arguments;
}

int carguments_count(void) { return count; }

char **carguments_vector(void) { return vector; }
