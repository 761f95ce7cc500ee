// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessionProtocol

/// Why a command has no answer: what standard error says, and the exit status.
struct CommandFailure: Error {
    let status: ExitStatus
    /// What `--json` calls it.
    let name: String
    let message: String
    let hint: String?
    /// The daemon's own error, where it is one.
    let sessionError: SessionError?

    init(_ status: ExitStatus, name: String, _ message: String, hint: String? = nil) {
        (self.status, self.name, self.message, self.hint) = (status, name, message, hint)
        sessionError = nil
    }

    /// The failure of a call.
    init(_ error: ClientError, hasTimeout: Bool) {
        status = ExitStatus(error, hasTimeout: hasTimeout)
        name = error.sessionError?.name.rawValue ?? error.code.rawValue
        message = error.message
        let retry = error.sessionError?.retryAfterSeconds.map { "try again in \($0) s" }
        hint = (error.hint ?? retry)?.withVerbs
        sessionError = error.sessionError
    }

    /// The failure of a system call on a file.
    static func system(_ status: ExitStatus, name: String, _ message: String, hint: String? = nil) -> CommandFailure {
        CommandFailure(status, name: name, "\(message): \(String(cString: strerror(errno)))", hint: hint)
    }

    /// Says it on standard error; in JSON as one line, of the form that the daemon's errors have.
    func report(inJSON: Bool) {
        let text = Display.error.line("error: \(message)") + "\n" + (hint.map { "hint: \($0)\n" } ?? "")
        StandardStream.error.writeIgnoringErrors(inJSON ? json : text)
    }

    private var json: String {
        var writer = JSONWriter()
        if let sessionError {
            sessionError.write(to: &writer)
        } else {
            writer.beginObject()
            writer.member("message", message)
            writer.object("data") { data in
                data.member("name", name)
                data.member("hint", hint)
            }
            writer.endObject()
        }
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }
}
