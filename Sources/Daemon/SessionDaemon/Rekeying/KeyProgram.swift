// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The program that keeps the key of this machine, `../lib/sessiond/sessiond-key` beside the daemon's folder.
struct KeyProgram {
    /// Where it is.
    static var path: String {
        guard let own = realpath("/proc/self/exe", nil) else { return "/usr/lib/sessiond/sessiond-key" }
        defer { free(own) }
        let folder = String(cString: own).split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
        return folder + "/lib/sessiond/sessiond-key"
    }

    private let path = KeyProgram.path

    /// `nil` where it is missing, or not for this user.
    init?() {
        guard geteuid() == 0, access(path, X_OK) == 0 else { return nil }
    }

    /// The file with the key in clear; `nil` where this machine has none.
    func current() throws(StartFailure) -> String? {
        let line = try run("current")
        return line.isEmpty ? nil : line
    }

    // With nothing of this environment, whose STATE_DIRECTORY would be the daemon's; what the program has to say goes to
    // standard error.
    func run(_ verb: String) throws(StartFailure) -> String {
        let failure = StartFailure(status: StartFailure.system, message: "\(path) \(verb) has failed; see above")
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw failure }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        for end in ends { posix_spawn_file_actions_addclose(&actions, end) }
        // One that is ignored, as by whoever started this, leaves no exit status behind, wait(2).
        signal(SIGCHLD, SIG_DFL)
        var process = pid_t()
        let error = CStrings([path, verb]).withPointers { arguments in
            CStrings(["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]).withPointers { environment in
                posix_spawn(&process, path, &actions, nil, arguments, environment)
            }
        }
        close(ends[1])
        guard error == 0 else { throw failure }
        let line = KeyProgram.readLine(ends[0])
        guard KeyProgram.status(of: process) == 0, let line else { throw failure }
        return line
    }

    // `nil`: it cannot be told.
    private static func status(of process: pid_t) -> Int32? {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { return nil }
        }
        return status
    }

    private static func readLine(_ descriptor: Int32) -> String? {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { break }
            if count > 0 { text += buffer[..<count] } else if errno != EINTR { return nil }
        }
        return String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}

/// Texts as execve(2) takes them.
private struct CStrings: ~Copyable {
    private var pointers: [UnsafeMutablePointer<CChar>?]

    init(_ texts: [String]) { pointers = texts.map { strdup($0) } + [nil] }

    deinit { for pointer in pointers { free(pointer) } }

    func withPointers<Result>(_ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result { body(pointers) }
}
