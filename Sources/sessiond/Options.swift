// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import Logging

/// The flags of `sessiond`.
struct Options: ParsableArguments {
    @Option(help: "The socket to listen on, unless systemd passes one.", completion: .file())
    var socket = "/run/sessiond/sessiond.sock"

    @Option(help: "The group that may connect to it (mode 0660 instead of 0600).")
    var socketGroup: String?

    @Option(
        help: "The folder that the session is stored in (default: $STATE_DIRECTORY, else /var/lib/sessiond).",
        completion: .directory)
    var stateDirectory: String?

    @Option(
        help: "The configuration file; with it, only that and FILE.d/*.conf are read.",
        completion: .file(extensions: ["conf"]))
    var config: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = Logger.Level.info

    @Flag(help: "Reads the configuration, says what is wrong with it, and exits: 0, or 78 where it cannot be used.")
    var checkConfig = false
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
