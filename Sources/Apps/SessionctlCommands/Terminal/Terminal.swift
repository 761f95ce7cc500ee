// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The terminal that the process belongs to, whatever its standard streams are.
struct Terminal: ~Copyable {
    private let descriptor: Int32

    /// Opens it.
    ///
    /// - Throws: ``CommandFailure``: there is none.
    init() throws(CommandFailure) {
        // Without waiting: what another process has taken in the meantime cannot be read.
        descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .system(.usage, name: "noTerminal", "there is no terminal to ask on", hint: "give a file, or a pipe")
        }
    }

    deinit { close(descriptor) }

    /// Asks a question, and reads the line that is typed, without its LF.
    ///
    /// - Throws: ``CommandFailure``: nothing was entered, or not all of it arrived.
    func ask(_ question: String, echo: Bool) throws(CommandFailure) -> String {
        var dialogue = TerminalDialogue(descriptor: descriptor, question: question, echo: echo)
        guard let line = try dialogue.line() else {
            throw CommandFailure(.refused, name: "declined", "nothing was entered")
        }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw CommandFailure(.dataError, name: "invalidSecret", "what was entered is not UTF-8")
        }
        return text
    }
}
