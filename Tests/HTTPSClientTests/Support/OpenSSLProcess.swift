// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import TestSupport

/// One run of openssl(1), by posix_spawn(3): Foundation's Process waits on a run loop, which a task's thread has not.
struct OpenSSLProcess {
    struct Failure: Error {
        let call: String
        let number: Int32
    }

    private let process: pid_t
    private let output: Int32

    /// Starts it, with its standard output in a socket and nothing else.
    init(_ arguments: [String]) throws {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw Failure(call: "socketpair", number: errno) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_RDWR, 0)
        var pointers = (["openssl"] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process = pid_t()
        let error = posix_spawn(&process, "/usr/bin/openssl", &actions, nil, &pointers, environ)
        close(ends[1])
        (self.process, output) = (process, ends[0])
        if error != 0 {
            close(output)
            throw Failure(call: "posix_spawn", number: error)
        }
    }

    /// Runs it to its end.
    static func run(_ arguments: [String]) throws {
        let status = try OpenSSLProcess(arguments).end()
        guard status == 0 else { throw Failure(call: "openssl \(arguments.joined(separator: " "))", number: status) }
    }

    /// The next line that it writes; `nil`: none comes any more.
    func nextLine() -> String? {
        var (bytes, byte) = ([UInt8](), UInt8(0))
        while read(output, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }

    /// Waits for its end; its status as waitpid(2) has it.
    @discardableResult
    func end(signal: Int32 = 0) -> Int32 {
        if signal != 0 { kill(process, signal) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        close(output)
        return status
    }
}
