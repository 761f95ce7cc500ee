// SPDX-License-Identifier: Apache-2.0

import Glibc

@testable import TestSupport

/// The descriptors of one thread, apart from the process's: libdispatch, which ends a process in which it finds none,
/// goes on beside a loop that has none.
enum ThreadDescriptors {
    /// Gives the calling thread a table of its own, unshare(2), with what is open now. What is closed elsewhere from then
    /// on stays open in it: for a process that does nothing else.
    static func unshare() {
        guard let symbol = dlsym(nil, "unshare") else { return }
        let cloneFiles: Int32 = 0x400
        _ = unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Int32).self)(cloneFiles)
    }

    /// Leaves the calling thread so many; those that were taken.
    @discardableResult
    static func leave(_ count: Int) -> [Int32] {
        // Above all that is open: a process of its own inherits whatever the one before it has open at that moment, and
        // below a fixed limit there might be nothing left to take and to leave.
        let room = 64
        let highest: Int32 = (0..<1 << 16).last { fcntl($0, F_GETFD) >= 0 } ?? 2
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, rlim_t(Int(highest) + 1 + room))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        var taken: [Int32] = []
        while case let descriptor = dup(0), descriptor >= 0 { taken.append(descriptor) }
        for _ in 0..<count { taken.popLast().map { _ = close($0) } }
        return taken
    }
}
