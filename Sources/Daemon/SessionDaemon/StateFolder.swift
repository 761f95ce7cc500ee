// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc

/// The folder that the session is stored in: one option of the daemon and of its commands, wherever it stands.
struct StateFolder: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder that the session is stored in (default: $STATE_DIRECTORY, else /var/lib/sessiond).",
            valueName: "folder"),
        completion: .directory)
    var stateDirectory: String?

    /// The folder itself.
    var path: String {
        stateDirectory ?? getenv("STATE_DIRECTORY").map { String(cString: $0) } ?? "/var/lib/sessiond"
    }
}
