// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

/// Changes the session while many watch it, and prints how long that took all of them, as one line of JSON.
struct ChangesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "changes",
        abstract: "Makes changes, and measures how long they take, and what others wait meanwhile.")

    @Option(help: "The daemon's socket.")
    var socket: String

    @Option(help: "How many connections are told of the session's changes.")
    var watchers = 0

    @Option(help: "How many changes there are of each kind: told as they come, and while somebody else asks.")
    var changes = 5

    @Option(help: "What is called in place of a change, without parameters; nobody is told of it.")
    var call: String?

    func validate() throws {
        guard (0...LoadPlan.mostConnections).contains(watchers) else {
            throw ValidationError("--watchers must be from 0 to \(LoadPlan.mostConnections)")
        }
        guard (1...1_000_000).contains(changes) else { throw ValidationError("--changes must be from 1 to 1000000") }
    }

    func run() throws {
        let crowd = try Crowd(path: socket, watchers: watchers)
        for number in 0..<changes {
            if let call {
                try crowd.timeOthers(meanwhile: Dialect.sessiond.request(call), tellsWatchers: false)
            } else {
                try crowd.timeEvents(of: ChangesCommand.change(2 * number))
                try crowd.timeOthers(meanwhile: ChangesCommand.change(2 * number + 1), tellsWatchers: true)
            }
        }
        var writer = JSONWriter()
        writer.beginObject()
        for (name, histogram) in crowd.times { writer.member(name, histogram.quantile(0.5)) }
        writer.endObject()
        print(String(decoding: writer.bytes, as: UTF8.self))
    }

    /// A change of which everybody is told in one event.
    private static func change(_ number: Int) -> [UInt8] {
        let parameters = #"{"customIdentifier":"bench-\#(number)"}"#
        return Array(
            #"{"jsonrpc":"2.0","id":1,"method":"session.setIdentity","params":\#(parameters)}"#.utf8) + [0x0A]
    }
}
