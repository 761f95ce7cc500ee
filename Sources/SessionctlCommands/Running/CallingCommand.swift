// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionClient
import SessionProtocol

/// A verb that calls the daemon.
protocol CallingCommand: ParsableCommand {
    /// The options that every verb has.
    var options: GlobalOptions { get }
}

extension CallingCommand {
    /// Calls the daemon and prints what `answer` makes of its answer, or with `--json` the daemon's own.
    ///
    /// - Throws: ``CommandFailure``; ``NegativeAnswer`` where the answer is printed and is no.
    func call<Request: SessionRequest>(
        _ request: @autoclosure () throws -> Request, _ answer: (Request.Response) -> CommandAnswer
    ) throws {
        do {
            // A wrong path is found before anything is asked.
            let client = BlockingSessionClient(path: try options.socketPath())
            let (response, json) = try client.answer(to: try request(), deadline: options.deadline)
            try print(answer(response), json)
        } catch let error as ClientError {
            throw CommandFailure(error, hasTimeout: options.timeout != nil)
        }
    }

    private func print(_ answer: CommandAnswer, _ json: JSONValue) throws {
        if !options.quiet {
            for warning in answer.warnings { StandardStream.error.writeIgnoringErrors("Warning: \(warning)\n") }
            let text = options.json ? json.text : answer.text
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
