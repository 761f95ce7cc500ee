// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A process with no thread but the caller's and those that it starts: none of libdispatch's, which ends a process in
/// which it finds no descriptor.
enum LoneProcess {
    /// Runs the body there.
    ///
    /// - Throws: What went wrong, as far as the process could say; it has no more of it.
    static func run(_ body: () throws -> Void) throws {
        // Glibc's module does not show fork(2).
        guard let symbol = dlsym(nil, "fork") else { throw TestFailure("there is no fork") }
        let fork = unsafeBitCast(symbol, to: (@convention(c) () -> pid_t).self)
        let child = fork()
        if child == 0 { end(body) }
        guard child > 0 else { throw TestFailure(call: "fork") }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw TestFailure(call: "waitpid") }
        }
        guard status == 0 else { throw TestFailure("it ended with wait status \(status)") }
    }

    private static func end(_ body: () throws -> Void) -> Never {
        do {
            try body()
            _exit(0)
        } catch {
            print("in a process of its own:", error)
            fflush(nil)
            _exit(1)
        }
    }

    /// Leaves the process so many descriptors, wherever they lie between those that are open.
    static func leaveDescriptors(_ count: Int) {
        let spare = (0..<count).map { _ in dup(0) }
        for descriptor in spare { close(descriptor) }
        let limit = rlim_t(spare[count - 1]) + 1
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), [rlimit(rlim_cur: limit, rlim_max: 4096)])
    }
}
