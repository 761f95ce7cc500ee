// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The open files of a thread.
enum DescriptorTable {
    /// Gives the calling thread descriptors that are no other thread's: a copy of those that there are.
    static func separate() throws {
        // unshare(2) with CLONE_FILES, neither of which Glibc's module shows.
        guard let symbol = dlsym(nil, "unshare") else { throw TestFailure(call: "dlsym") }
        let unshare = unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Int32).self)
        guard unshare(0x400) == 0 else { throw TestFailure(call: "unshare") }
    }
}
