// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc
import SessionClient

/// Another program, run to its end within a time limit, with an environment of its own.
enum ChildProcess {
    /// What became of it.
    struct Outcome: Sendable, Equatable {
        /// Its exit status; `nil`: a signal ended it, as when its time was up.
        var status: Int32?
        /// The first ``ChildProcess/maximumBytes`` of its standard output.
        var output: String
        /// The same of its standard error.
        var errors: String
    }

    /// As much of a stream as is kept; what comes beyond is read and forgotten.
    static let maximumBytes = 65_536

    /// Runs a program, given by its path; `nil`: it cannot be started.
    static func run(_ program: String, _ arguments: [String], within limit: Duration) -> Outcome? {
        let deadline = ContinuousClock.now + limit
        // One that is ignored, as by whoever started this, leaves no exit status behind, wait(2).
        signal(SIGCHLD, SIG_DFL)
        guard let output = Pipe(), let errors = Pipe(), let id = spawn(program, arguments, output, errors) else {
            return nil
        }
        output.closeWriter()
        errors.closeWriter()
        let texts = read([output.reader, errors.reader], until: deadline)
        return Outcome(status: end(id, by: deadline), output: texts[0], errors: texts[1])
    }

    private static func spawn(_ program: String, _ arguments: [String], _ output: Pipe, _ errors: Pipe) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writer, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.writer, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // This program ignores SIGPIPE, and a thread of it may block signals; the other one expects neither.
        var (none, pipe) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &pipe)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        // Nothing of the caller's: neither its language, which changes what is read here, nor its secrets.
        let environment = ["LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
        return withCStrings([program] + arguments) { arguments in
            withCStrings(environment) { environment in
                var id = pid_t()
                return posix_spawn(&id, program, &actions, &attributes, arguments, environment) == 0 ? id : nil
            }
        }
    }

    private static func read(_ descriptors: [Int32], until deadline: ContinuousClock.Instant) -> [String] {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var texts = descriptors.map { _ in [UInt8]() }
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while entries.contains(where: { $0.fd >= 0 }) {
            let left = deadline - .now
            guard left > .zero, poll(&entries, nfds_t(entries.count), left.pollMilliseconds) != 0 else { break }
            for index in entries.indices where entries[index].revents != 0 {
                let count = Glibc.read(entries[index].fd, &chunk, chunk.count)
                if count > 0 {
                    texts[index] += chunk[..<min(count, maximumBytes - texts[index].count)]
                } else if count == 0 || errno != EINTR {
                    // A negative one is passed over by poll(2).
                    entries[index].fd = -1
                }
            }
        }
        return texts.map { String(decoding: $0, as: UTF8.self) }
    }

    // Its status; one that does not end in time is ended.
    private static func end(_ id: pid_t, by deadline: ContinuousClock.Instant) -> Int32? {
        let pauseMilliseconds: Int32 = 5
        var status: Int32 = 0
        while true {
            let ended = waitpid(id, &status, WNOHANG)
            if ended == id { return status & 0x7F == 0 ? status >> 8 & 0xFF : nil }
            guard ended == 0 || errno == EINTR else { return nil }
            if ContinuousClock.now >= deadline { kill(id, SIGKILL) }
            poll(nil, 0, pauseMilliseconds)
        }
    }
}

/// A pipe whose ends no other program inherits, and which is closed with its owner.
private final class Pipe {
    let reader: Int32
    private(set) var writer: Int32

    init?() {
        var ends: [Int32] = [-1, -1]
        guard clinux_pipe(&ends) == 0 else { return nil }
        (reader, writer) = (ends[0], ends[1])
    }

    func closeWriter() {
        if writer >= 0 { close(writer) }
        writer = -1
    }

    deinit {
        closeWriter()
        close(reader)
    }
}

/// Texts as execve(2) takes them.
func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return body(copies)
}
