// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc
import SessionProtocol

/// One question on a terminal, asked as readpassphrase(3) does.
///
/// A signal that ends or stops the process does so once the terminal shows again what is typed. A process that is
/// continued hides it again and asks once more; one in the background stops until it is in the foreground.
struct TerminalDialogue {
    private enum Entry {
        case line([UInt8]?)
        case tooLong
        case interrupted
        case failed(errno: Int32)
    }

    /// What a terminal keeps of a line besides its LF, n_tty(4): what is typed behind it is lost without a word.
    static let lineBytes = 4_095
    // More than any answer has: Ctrl-D, which hands over what was typed so far, adds to a line again and again.
    private static let maximumBytes = WireLimits.requestLineBytes

    private static let ending = [SIGINT, SIGHUP, SIGQUIT, SIGTERM, SIGPIPE, SIGALRM]
    // Behind these, in this order, the question is asked again.
    private static let stopping = [SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT]

    private let descriptor: Int32
    private let question: String
    private let echo: Bool
    // The terminal's settings as they were found; nil: they are so.
    private var settings: termios?

    init(descriptor: Int32, question: String, echo: Bool) {
        (self.descriptor, self.question, self.echo) = (descriptor, question, echo)
    }

    /// Asks until a line is entered: its bytes, without its end; `nil`: there is none.
    mutating func line() throws(CommandFailure) -> [UInt8]? {
        let signals = TerminalDialogue.ending + TerminalDialogue.stopping
        while true {
            clinux_catch_signals(signals, Int32(signals.count))
            let entry = attempt()
            let caught = signals.filter { clinux_take_caught_signal($0) }
            restoreSettings()
            clinux_release_signals()
            for signal in caught { raise(signal) }
            switch entry {
            case .line(let line): return line
            case .tooLong: throw tooLong
            case .interrupted:
                guard caught.contains(where: TerminalDialogue.stopping.contains) else { return nil }
            case .failed(let number):
                errno = number
                throw .system(.noInput, name: "noTerminal", "the terminal cannot be asked")
            }
        }
    }

    private mutating func attempt() -> Entry {
        if let failure = changeSettings() { return failure }
        write(question)
        let entry = readLine()
        if !echo { write("\n") }
        return entry
    }

    // Why that is not possible. Also where nothing is hidden: in the background this stops the process, before another
    // program's settings are taken for the terminal's own.
    private mutating func changeSettings() -> Entry? {
        var found = termios()
        guard tcgetattr(descriptor, &found) == 0 else { return .failed(errno: errno) }
        found = settings ?? found
        var wanted = found
        if !echo { wanted.c_lflag &= ~tcflag_t(ECHO | ECHONL) }
        guard tcsetattr(descriptor, TCSAFLUSH, &wanted) == 0 else { return interruption }
        settings = found
        return nil
    }

    // In the background they stay as they are, which is the foreground's affair, until it is this process again.
    private mutating func restoreSettings() {
        guard var found = settings else { return }
        while tcsetattr(descriptor, TCSAFLUSH, &found) != 0 {
            guard errno == EINTR, !clinux_take_caught_signal(SIGTTOU) else { return }
        }
        settings = nil
    }

    private func readLine() -> Entry {
        var line: [UInt8] = []
        // With its LF: a shorter buffer would take a line that is cut for a whole one.
        var chunk = [UInt8](repeating: 0, count: TerminalDialogue.lineBytes + 1)
        while true {
            let failure = clinux_wait_readable(descriptor)
            guard failure == 0 else { return failure == EINTR ? .interrupted : .failed(errno: failure) }
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EAGAIN { continue }
            guard count >= 0 else { return interruption }
            let end = chunk[..<count].firstIndex { $0 == 0x0A || $0 == 0x0D }
            line += chunk[..<(end ?? count)]
            // A line of just that length cannot be told from one that was cut.
            let isCut = (end ?? count) >= TerminalDialogue.lineBytes || line.count > TerminalDialogue.maximumBytes
            if isCut { return .tooLong }
            if end != nil { return .line(line) }
            // Ctrl-D on a line that is empty, or the terminal's end.
            if count == 0 { return .line(line.isEmpty ? nil : line) }
        }
    }

    private var interruption: Entry { errno == EINTR ? .interrupted : .failed(errno: errno) }

    private var tooLong: CommandFailure {
        CommandFailure(
            .usage, name: "lineTooLong",
            "the line is too long: a terminal keeps \(TerminalDialogue.lineBytes) bytes of one and loses what follows",
            hint: "give a file, or a pipe")
    }

    private func write(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
