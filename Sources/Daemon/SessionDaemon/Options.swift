// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import Logging

/// The flags of `sessiond`.
struct Options: ParsableArguments {
    @Option(
        help: ArgumentHelp("The socket to listen on, unless systemd passes one.", valueName: "path"),
        completion: .file())
    var socket = "/run/sessiond/sessiond.sock"

    @Option(
        help: ArgumentHelp("The group that may connect to it (mode 0660 instead of 0600).", valueName: "group"),
        completion: .shellCommand("getent group | cut -d: -f1"))
    var socketGroup: String?

    @OptionGroup var folder: StateFolder

    @Option(
        help: ArgumentHelp(
            "The configuration file; with it, only that and FILE.d/*.conf are read.", valueName: "file"),
        completion: .file(extensions: ["conf"]))
    var config: String?

    @Option(help: ArgumentHelp("What is logged.", valueName: "level"))
    var logLevel = Logger.Level.info

    @Flag(help: "Reads the configuration, says what is wrong with it, and exits: 0, or 78 where it cannot be used.")
    var checkConfig = false

    @Flag(
        help: """
            Asks the configured authority about itself, without anybody's token, says what was found, and exits: 0, \
            69 where something stands in the way, or 78 where the configuration cannot be used.
            """)
    var checkAuthority = false
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
