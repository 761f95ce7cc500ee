// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The terminal that the process belongs to, whatever its standard streams are.
struct Terminal: ~Copyable {
    /// What a line on a terminal holds at most, with its LF (termios(3), canonical mode).
    private static let lineBytes = 4_096

    private let descriptor: Int32

    /// Opens it.
    ///
    /// - Throws: ``CommandFailure``: there is none.
    init() throws(CommandFailure) {
        descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            throw .system(.usage, name: "noTerminal", "there is no terminal to ask on", hint: "give a file, or a pipe")
        }
    }

    deinit { close(descriptor) }

    /// Asks a question, and reads the line that is typed, without its LF.
    ///
    /// Signals that end the process wait until the terminal shows again what is typed, then do end it.
    func ask(_ question: String, echo: Bool) throws(CommandFailure) -> String {
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &before)
        let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
        let signalled = clinux_signalfd(signals, Int32(signals.count))
        defer {
            close(signalled)
            // Here a signal that came meanwhile is delivered.
            pthread_sigmask(SIG_SETMASK, &before, nil)
        }
        var settings = termios()
        tcgetattr(descriptor, &settings)
        if !echo { hideInput(settings) }
        defer { if !echo { tcsetattr(descriptor, TCSAFLUSH, &settings) } }
        write(question)
        defer { if !echo { write("\n") } }
        return try readLine(unless: signalled)
    }

    private func hideInput(_ settings: termios) {
        var hidden = settings
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(descriptor, TCSAFLUSH, &hidden)
    }

    private func readLine(unless signalled: Int32) throws(CommandFailure) -> String {
        var entries = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signalled, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&entries, 2, -1) < 0, errno == EINTR {}
        var line = [UInt8](repeating: 0, count: Terminal.lineBytes)
        let count = entries[1].revents != 0 ? 0 : read(descriptor, &line, line.count)
        guard count > 0 else { throw CommandFailure(.refused, name: "declined", "nothing was entered") }
        guard line[count - 1] == 0x0A else {
            throw CommandFailure(
                .usage, name: "lineTooLong", "a terminal takes at most \(Terminal.lineBytes) bytes in a line",
                hint: "give a file, or a pipe"
            )
        }
        return String(decoding: line[..<(count - 1)], as: UTF8.self)
    }

    private func write(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
