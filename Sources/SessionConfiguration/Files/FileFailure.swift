// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Why a file or folder could not be read.
struct FileFailure: Error, Hashable {
    /// The text of `errno(3)`, or our own.
    let reason: String
    /// Nothing is there, not even a link.
    let isMissing: Bool

    init(reason: String) {
        self.reason = reason
        isMissing = false
    }

    /// The failure of a call on a path that just set `errno`.
    init(errno code: Int32, path: String) {
        var status = stat()
        let isLink = code == ENOENT && lstat(path, &status) == 0
        isMissing = code == ENOENT && !isLink
        reason = isLink ? "a link to a missing file" : String(cString: strerror(code))
    }
}
