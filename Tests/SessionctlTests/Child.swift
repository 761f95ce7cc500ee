// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Foundation
import Glibc

@testable import SessionctlCommands
@testable import TestSupport

/// A process of a test's.
struct Child: Sendable {
    /// Its id.
    let id: pid_t

    /// Starts it in a session of its own, whose terminal is the first of the streams that is one.
    init(_ command: [String], environment: [String], streams: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, path) in streams.enumerated() {
            let isTerminal = path.hasPrefix("/dev/pts/")
            let mode = isTerminal ? O_RDWR : number == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC
            posix_spawn_file_actions_addopen(&actions, Int32(number), path, mode, 0o644)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Who runs the tests may ignore these, as nohup(1) and a shell's & do; on a terminal nobody does.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGINT, SIGQUIT, SIGHUP] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        // POSIX_SPAWN_SETSID and POSIX_SPAWN_SETSIGDEF, which the Glibc module does not show.
        posix_spawnattr_setflags(&attributes, 0x80 | 0x04)
        var id = pid_t()
        let failure = withCStrings(command) { arguments in
            withCStrings(environment) { posix_spawn(&id, command[0], &actions, &attributes, arguments, $0) }
        }
        guard failure == 0 else {
            errno = failure
            throw SystemFailure("posix_spawn \(command[0])")
        }
        self.id = id
    }

    /// Waits until it ends: its exit status, or 128 and the number of the signal that ended it.
    func status() async -> Int32 {
        let id = id
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var status: Int32 = 0
                while waitpid(id, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? status >> 8 & 0xFF : 128 + signal)
            }
        }
    }
}
