// SPDX-License-Identifier: Apache-2.0

/// Ends a command whose answer is printed already, and is no.
struct NegativeAnswer: Error {
    let status: ExitStatus
}
