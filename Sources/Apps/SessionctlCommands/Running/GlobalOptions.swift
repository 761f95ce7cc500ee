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
        help: ArgumentHelp("How long to wait for the answer, from 0.001 to 300 (default: 30).", valueName: "seconds"))
    var timeout: Double?

    func validate() throws {
        guard let timeout else { return }
        guard WireLimits.deadlineSeconds.contains(timeout) else {
            throw ValidationError("'--timeout' takes a number of seconds from 0.001 to 300.")
        }
    }

    var settings: CallSettings {
        CallSettings(socket: socket, isJSON: json, isQuiet: quiet, timeout: timeout.map { .seconds($0) })
    }
}
