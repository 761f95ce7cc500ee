// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Foundation
import Glibc

@testable import TestSupport

/// A terminal, and the person in front of it.
final class PseudoTerminal: @unchecked Sendable {  // Used by one test, one call after the other.
    /// The path that a program opens.
    let path: String
    /// What was shown so far.
    private(set) var transcript = ""
    private let screen: Int32
    // Kept open, so that nothing is lost between two programs.
    private let terminal: Int32

    init() throws {
        var (screen, terminal) = (Int32(), Int32())
        var name = [CChar](repeating: 0, count: 128)
        guard openpty(&screen, &terminal, &name, nil, nil) == 0 else { throw SystemFailure("openpty") }
        for descriptor in [screen, terminal] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        (self.screen, self.terminal) = (screen, terminal)
        path = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    deinit {
        close(screen)
        close(terminal)
    }

    /// Whether what is typed is shown.
    var echoes: Bool {
        var settings = termios()
        tcgetattr(screen, &settings)
        return settings.c_lflag & tcflag_t(ECHO) != 0
    }

    /// Reads until a text is shown; `false` where it is not within 20 s.
    func shows(_ text: String) async -> Bool {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.read(until: text)) }
        }
    }

    private func read(until text: String) -> Bool {
        var entry = pollfd(fd: screen, events: Int16(POLLIN), revents: 0)
        while !transcript.contains(text) {
            guard poll(&entry, 1, 20_000) > 0 else { return false }
            var bytes = [UInt8](repeating: 0, count: 4_096)
            let count = Glibc.read(screen, &bytes, bytes.count)
            guard count > 0 else { return false }
            transcript += String(decoding: bytes[..<count], as: UTF8.self)
        }
        return true
    }

    /// Types; LF is the enter key.
    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(screen, bytes, bytes.count)
    }
}
