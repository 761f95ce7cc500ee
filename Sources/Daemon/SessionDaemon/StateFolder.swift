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

    /// The folder itself, absolute.
    var path: String { (stateDirectory ?? StateFolder.given.first ?? "/var/lib/sessiond").absolutePath }

    /// The folder beside it in which the last state is remembered, absolute; `nil`: there is none.
    var markPath: String? { StateFolder.given.dropFirst().first?.absolutePath }

    // What StateDirectory= of the unit names, systemd.exec(5).
    private static var given: [String] {
        getenv("STATE_DIRECTORY").map { String(cString: $0).split(separator: ":").map(String.init) } ?? []
    }
}

extension String {
    /// The path, seen from the root, so that others who are told of it find the same file.
    var absolutePath: String {
        guard !hasPrefix("/"), let folder = getcwd(nil, 0) else { return self }
        defer { free(folder) }
        return "\(String(cString: folder))/\(self)"
    }
}
