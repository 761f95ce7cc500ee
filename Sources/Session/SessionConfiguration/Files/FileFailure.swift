// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondLinux

/// Why a file or folder is not used.
struct FileFailure: Error, Hashable {
    /// What is wrong.
    let reason: String
    /// What would be right; `nil` where that goes without saying.
    let expected: String?
    /// Nothing is there, not even a link.
    let isMissing: Bool

    init(reason: String) { self.init("cannot be read: \(reason)") }

    /// The failure of a call on a path that just set `errno`.
    init(errno code: Int32, path: String) { self.init(.system(errorNumber: code), path: path) }

    init(_ failure: PlainFileFailure, path: String) {
        switch failure {
        case .system(ENOENT):
            var status = stat()
            let isLink = lstat(path, &status) == 0
            self.init("cannot be read: \(isLink ? "a link to a missing file" : "\(failure)")", isMissing: !isLink)
        case .tooLarge(let limit): self.init(reason: "larger than the limit of \(ByteSize.format(limit)) bytes")
        case .system, .notRegular: self.init(reason: "\(failure)")
        }
    }

    /// The failure of a file that others could have written.
    init(_ stranger: Stranger) {
        self.init(
            "not trusted: \(stranger.description)",
            expected: "a file that only root and the daemon's user can write: \(stranger.remedy)")
    }

    private init(_ reason: String, expected: String? = nil, isMissing: Bool = false) {
        (self.reason, self.expected, self.isMissing) = (reason, expected, isMissing)
    }
}
