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
        var taken: [Int32] = []
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), [rlimit(rlim_cur: 512, rlim_max: 512)])
        while case let descriptor = dup(0), descriptor >= 0 { taken.append(descriptor) }
        for _ in 0..<count { taken.popLast().map { _ = close($0) } }
        return taken
    }
}
