// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What a verb that cannot be undone asks before it begins.
struct Consent {
    /// The question, without its mark.
    let question: String
    /// The user has said yes on the command line.
    let isGiven: Bool
    /// Without a terminal it is not done either, unless it is given.
    var isRequiredWithoutTerminal = false

    /// Asks on the terminal; a script, whose standard input is none, is taken at its word.
    ///
    /// - Throws: ``CommandFailure``: the answer is not yes.
    func obtain() throws(CommandFailure) {
        if isGiven { return }
        guard isatty(STDIN_FILENO) != 0 else {
            guard isRequiredWithoutTerminal else { return }
            throw CommandFailure(
                .usage, name: "consentRequired", "\(question)? There is no terminal to ask on",
                hint: "add --yes where that is what you mean"
            )
        }
        let answer = try Terminal().ask("\(question)? [y/N] ", echo: true)
        guard ["y", "yes"].contains(answer.lowercased()) else {
            throw CommandFailure(.refused, name: "declined", "nothing was done")
        }
    }
}
