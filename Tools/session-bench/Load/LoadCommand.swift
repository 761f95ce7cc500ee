// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc

/// Puts load on a socket and prints how long the answers took, as one line of JSON.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Sends requests and measures how long their answers take.")

    @Option(help: "The server's socket.")
    var socket: String

    @Option(help: "Whose protocol is spoken: sessiond, redis or oidc-agent.")
    var dialect = Dialect.sessiond

    @Option(
        name: .customLong("ask"),
        help: "What is asked for, one after the other: methods without parameters, keys, or accounts.")
    var names = ["session.retrieveToken"]

    @Option(help: "How many connections there are.")
    var connections = 1

    @Option(help: "How many more connections are told of the session's changes meanwhile.")
    var watchers = 0

    @Option(help: "How many requests of a connection wait for answers at a time.")
    var pipeline = 1

    @Option(help: "Requests a second over all connections, whether answers come or not; 0: each follows an answer.")
    var rate = 0

    @Flag(help: "Makes a connection for each request; its time counts.")
    var reconnect = false

    @Option(help: "How long it lasts.")
    var seconds = 5.0

    @Option(help: "How long it lasts before that, without being measured.")
    var warmUpSeconds = 0.5

    func validate() throws {
        let most = LoadPlan.mostConnections
        guard (1...most).contains(connections) else { throw ValidationError("--connections must be from 1 to \(most)") }
        guard (0...most).contains(watchers), watchers == 0 || dialect == .sessiond else {
            throw ValidationError("--watchers must be from 0 to \(most), and is for sessiond alone")
        }
        guard (1...LoadPlan.mostWaiting).contains(pipeline) else {
            throw ValidationError("--pipeline must be from 1 to \(LoadPlan.mostWaiting)")
        }
        guard (0...1_000_000).contains(rate) else { throw ValidationError("--rate must be from 0 to 1000000") }
        guard seconds > 0, seconds <= 86_400, warmUpSeconds >= 0, warmUpSeconds <= 86_400 else {
            throw ValidationError("--seconds and --warm-up-seconds must be at most a day")
        }
    }

    func run() throws {
        let plan = LoadPlan(
            socketPath: socket, dialect: dialect, requests: names.map(dialect.request), connections: connections,
            watchers: watchers, pipeline: reconnect ? 1 : pipeline, reconnects: reconnect,
            intervalNanoseconds: rate == 0 ? nil : 1_000_000_000 / UInt64(rate),
            warmUpNanoseconds: UInt64(warmUpSeconds * 1e9), nanoseconds: UInt64(seconds * 1e9))
        print(try LoadGenerator(plan).run().json)
    }
}
