// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionClient
import SessionProtocol

/// The options that every verb has, before it or behind it.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The daemon's socket (default: $SESSIOND_SOCKET, else \(SocketPath.standard)).", valueName: "path"),
        completion: .file())
    var socket: String?

    @Flag(help: "Print the daemon's answer as one line of JSON; errors too, on standard error.")
    var json = false

    @Flag(help: "Print nothing but errors; the exit status is the answer.")
    var quiet = false

    @Option(
        help: ArgumentHelp(
            "How long to wait for the answer, such as 10 or 2min, from 1ms to 5min (default: 30s).", valueName: "time"),
        transform: Arguments.timeout)
    var timeout: Duration?

    var settings: CallSettings {
        CallSettings(socket: socket, isJSON: json, isQuiet: quiet, timeout: timeout)
    }
}
