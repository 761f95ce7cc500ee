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
    /// Whether it is nothing to speak of: whoever read the answer has gone, as `head` does.
    var isSilent = false

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
        let hints = [error.hint?.withVerbs ?? CommandFailure.lookUp(error), retry].compactMap { $0 }
        hint = hints.isEmpty ? nil : hints.joined(separator: "; ")
        sessionError = error.sessionError
    }

    // Where the daemon names a cause at the authority, and nothing to do about it.
    private static func lookUp(_ error: ClientError) -> String? {
        let names = [ErrorName.authorityUnavailable, .tokenUnavailable]
        return error.sessionError.flatMap { names.contains($0.name) ? "sessionctl doctor looks at the way there" : nil }
    }

    /// The failure of a system call on a file.
    static func system(_ status: ExitStatus, name: String, _ message: String, hint: String? = nil) -> CommandFailure {
        CommandFailure(status, name: name, "\(message): \(String(cString: strerror(errno)))", hint: hint)
    }

    /// Says it on standard error; in JSON as one line, of the form that the daemon's errors have.
    func report(inJSON: Bool) {
        guard !isSilent else { return }
        let text = Display.error.line("error: \(lines)") + "\n" + (hint.map { "hint: \($0)\n" } ?? "")
        StandardStream.error.writeIgnoringErrors(inJSON ? json : text)
    }

    // The message; of a configuration with several mistakes a line for each.
    private var lines: String {
        let problems = sessionError?.problems ?? []
        guard problems.count > 1 else { return message }
        return (["the configuration cannot be used"] + problems).joined(separator: "\n  ")
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

extension SessionError {
    /// What is wrong with the configuration, where it is that, each as a line.
    fileprivate var problems: [String] {
        guard case .array(let problems) = details.first(where: { $0.name == "problems" })?.value else { return [] }
        return problems.compactMap(\.string)
    }
}
