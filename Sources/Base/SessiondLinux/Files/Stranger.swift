// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// Somebody who can write a file that only root and its reader should be able to: what it says may be theirs. sudo(8) and sshd(8) refuse such files too.
package enum Stranger: Hashable, Sendable {
    case owner(uid_t)
    case group(gid_t)
    case everyone

    /// Of a file with that status; `nil`: nobody.
    package init?(_ status: stat, besides reader: FileReader = .current) {
        if status.st_uid != 0, status.st_uid != reader.user {
            self = .owner(status.st_uid)
        } else if status.st_mode & S_IWOTH != 0 {
            self = .everyone
        } else if status.st_mode & S_IWGRP != 0, status.st_gid != 0, status.st_gid != reader.group {
            self = .group(status.st_gid)
        } else {
            return nil
        }
    }

    /// What is wrong with the file: `user 1000 owns it`.
    package var description: String {
        switch self {
        case .owner(let user): "user \(user) owns it"
        case .group(let group): "group \(group) can write it"
        case .everyone: "everyone can write it"
        }
    }

    /// What puts it right: `chown root`.
    package var remedy: String {
        switch self {
        case .owner: "chown root"
        case .group: "chmod g-w"
        case .everyone: "chmod o-w"
        }
    }
}
