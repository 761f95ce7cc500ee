// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

/// The options that say which token will do.
struct TokenChoice: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long the token must live at least, such as 60 or 5min (default: 0).", valueName: "time"),
        transform: Arguments.validity)
    var minValid: Int64 = 0

    @Flag(help: "Take one that lives shorter where it cannot be refreshed now.")
    var allowStale = false

    @Flag(help: "Take only that of a customer who is signed in.")
    var requireSignedIn = false

    var request: RetrieveToken {
        RetrieveToken(minimumValiditySeconds: minValid, allowStale: allowStale, requireSignedIn: requireSignedIn)
    }
}
