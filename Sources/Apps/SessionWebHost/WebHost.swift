// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessionProtocol
import SessiondPrimitives

/// Waits for the browser and the daemon with poll(2), and does what the ``Bridge`` says, until the browser's end.
struct WebHost: ~Copyable {
    private static let readBytes = 64 * 1024
    // Beyond that nothing is read from the browser until the daemon has taken some.
    private static let unsentBytes = 256 * 1024

    private let path: SocketPath
    private var bridge = Bridge()
    private var frames = FrameReader(maximumBytes: Bridge.maximumMessageBytes)
    private var connection: DaemonConnection?
    private var connectAt: ContinuousClock.Instant?
    private var isEnded = false
    // What was said last on stderr.
    private var complaint: String?

    init(path: SocketPath) { self.path = path }

    /// Runs until the browser closes its end.
    mutating func run() {
        while !isEnded { step() }
    }

    private mutating func step() {
        if let connectAt, connectAt <= .now { connect() }
        var entries = [
            pollfd(fd: unsent > WebHost.unsentBytes ? -1 : STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            // Where nobody reads what is said any more.
            pollfd(fd: STDOUT_FILENO, events: 0, revents: 0),
            pollfd(
                fd: connection?.socket ?? -1, events: Int16(unsent > 0 ? POLLIN | POLLOUT : POLLIN), revents: 0),
        ]
        guard poll(&entries, 3, milliseconds) > 0 else { return }
        if entries[1].revents & Int16(POLLERR) != 0 { isEnded = true }
        if entries[2].revents != 0 { serveDaemon() }
        if entries[0].revents != 0 { serveBrowser() }
    }

    private var unsent: Int { connection?.unsentBytes ?? 0 }

    // How long nothing is to be done by itself; -1: ever.
    private var milliseconds: Int32 {
        guard let connectAt else { return -1 }
        return Int32(clamping: max(.zero, connectAt - .now).milliseconds + 1)
    }

    private mutating func connect() {
        connectAt = nil
        do throws(SystemError) {
            connection = try DaemonConnection(to: path)
            perform(bridge.connected())
        } catch {
            complain(ClientError.connecting(to: path, error).description)
            perform(bridge.lost())
        }
    }

    private mutating func serveDaemon() {
        guard connection != nil else { return }
        connection?.serve()
        // What comes behind a line that ends it is nobody's.
        while let line = connection?.nextLine() { perform(bridge.take(line: line)) }
        guard connection?.isOver == true else { return }
        connection = nil
        perform(bridge.lost())
    }

    private mutating func serveBrowser() {
        var buffer = [UInt8](repeating: 0, count: WebHost.readBytes)
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        guard count > 0 else {
            isEnded = count == 0 || errno != EINTR
            return
        }
        frames.append(buffer[..<count])
        while !isEnded, let reading = frames.next() { perform(bridge.take(reading)) }
    }

    private mutating func perform(_ effects: [Bridge.Effect]) {
        for effect in effects {
            switch effect {
            case .tell(let message): tell(message)
            case .send(let line): connection?.send(line)
            case .connect(let milliseconds):
                connection = nil
                // Not all pages of a device at the same instant.
                connectAt = .now + .milliseconds(Int.random(in: milliseconds / 2...milliseconds))
            case .disconnect: connection = nil
            case .end: isEnded = true
            }
        }
    }

    // The browser reads all the time; where it has ended, so does this.
    private mutating func tell(_ message: [UInt8]) {
        var left = Frame.framed(message)[...]
        while !left.isEmpty {
            let count = left.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR {
                isEnded = true
                return
            }
            left = left.dropFirst(max(0, count))
        }
    }

    private mutating func complain(_ text: String) {
        if complaint != text { WebHostProgram.say(text) }
        complaint = text
    }
}
