// SPDX-License-Identifier: Apache-2.0
// The arguments of the process as execve(2) handed them over. Swift's CommandLine reads them from /proc, and has none
// where that is not mounted: in a chroot of an image that is being built.
#ifndef SESSIOND_CARGUMENTS_H
#define SESSIOND_CARGUMENTS_H

// How many, with the program's name.
int carguments_count(void);
// They themselves, with a NULL behind them.
char **carguments_vector(void);

#endif
