// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How many files the daemon may have open at once, getrlimit(2).
enum DescriptorLimit {
    /// What it needs without any connection, and as much again: what its threads run on, libdispatch, ends the process
    /// where it cannot open a file.
    static let least = 64

    /// Raises the soft limit, which is low for the sake of select(2), which nothing here uses.
    ///
    /// - Throws: ``StartFailure``: it is less than ``least``.
    static func raise() throws(StartFailure) {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        if getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            setrlimit(resource, &limit)
        }
        let current = current
        guard current >= least else {
            throw StartFailure(
                status: StartFailure.system,
                message: "at most \(current) files may be open at once, and at least \(least) are needed: "
                    + "raise the limit with ulimit -Hn, or LimitNOFILE= of the service")
        }
    }

    /// The number as it is now.
    static var current: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
