// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// The user who may write a file that is trusted, besides root: whoever reads it, or whom it is read for.
package struct FileReader: Hashable, Sendable {
    /// The user of the process.
    package let user: uid_t
    /// Its primary group.
    package let group: gid_t

    package init(user: uid_t, group: gid_t) {
        self.user = user
        self.group = group
    }

    /// This process.
    package static var current: FileReader { FileReader(user: geteuid(), group: getegid()) }
}
