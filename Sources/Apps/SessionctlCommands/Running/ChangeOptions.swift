// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What every verb has that changes the session.
struct ChangeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Do it only while this is the session's generation (see status).", valueName: "number"))
    var ifGeneration: Int64?
}

/// What every verb has that asks on a terminal first.
struct ConsentOptions: ParsableArguments {
    @Flag(help: "Do not ask.")
    var yes = false
}
