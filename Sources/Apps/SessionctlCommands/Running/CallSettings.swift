// SPDX-License-Identifier: Apache-2.0

import SessionClient
import SessionProtocol

/// How the daemon is called and its answer printed: what ``GlobalOptions`` say.
struct CallSettings: Equatable {
    var socket: String?
    var isJSON = false
    var isQuiet = false
    var timeout: Duration?

    /// Calls the daemon and prints what `answer` makes of its answer, or with `--json` the daemon's own.
    ///
    /// - Throws: ``CommandFailure``; ``NegativeAnswer`` where the answer is printed and is no.
    func call<Request: SessionRequest>(
        _ request: () throws -> Request, _ answer: (Request.Response) -> CommandAnswer
    ) throws {
        do {
            // A wrong path is found before anything is asked.
            let client = try client()
            let (response, json) = try client.answer(to: try request(), deadline: timeout)
            try print(answer(response), json)
        } catch let error as ClientError {
            throw CommandFailure(error, hasTimeout: timeout != nil)
        }
    }

    /// Calls the daemon and prints nothing.
    ///
    /// - Throws: ``CommandFailure``.
    func ask<Request: SessionRequest>(_ request: Request) throws(CommandFailure) -> Request.Response {
        do throws(ClientError) { return try client().call(request, deadline: timeout) } catch {
            throw CommandFailure(error, hasTimeout: timeout != nil)
        }
    }

    /// Connects to the daemon and asks it nothing.
    ///
    /// - Throws: ``CommandFailure``: nobody is there.
    func checkReachable() throws(CommandFailure) {
        do throws(ClientError) { try client().checkReachable() } catch {
            throw CommandFailure(error, hasTimeout: timeout != nil)
        }
    }

    /// The client for the socket that is named; it connects with the first call.
    func client() throws(ClientError) -> BlockingSessionClient {
        var client = BlockingSessionClient(path: try path())
        let isSilent = isJSON || isQuiet
        client.lateCheck = LateCheck(every: CallSettings.patience) { [path = client.path] in
            ServiceStanding.futility(of: path, isSilent: isSilent)
        }
        return client
    }

    /// How long an answer may take before somebody looks after the service.
    private static let patience = Duration.seconds(3)

    /// Where the daemon is looked for.
    func path() throws(ClientError) -> SocketPath {
        guard let socket else { return try SocketPath.fromEnvironment() }
        return try SocketPath(socket)
    }

    /// Prints an answer, or with `--json` the daemon's own.
    ///
    /// - Throws: ``NegativeAnswer`` where the answer is no.
    func print(_ answer: CommandAnswer, _ json: JSONValue) throws {
        if !isQuiet {
            for warning in answer.warnings {
                StandardStream.error.writeIgnoringErrors(Display.error.line("warning: \(warning)") + "\n")
            }
            let text = isJSON ? json.text : answer.text
            if !text.isEmpty { try StandardStream.output.write(text + "\n") }
        }
        if answer.status != .success { throw NegativeAnswer(status: answer.status) }
    }
}

extension JSONValue {
    /// The value as one line.
    var text: String {
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
