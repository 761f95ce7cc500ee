// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Users and groups by name, as nsswitch.conf(5) finds them.
enum AccountDatabase {
    private static let recordBytes = 1 << 16

    /// The id of a group; `nil` where there is none of that name.
    static func group(named name: String) -> gid_t? {
        var (record, found): (group, UnsafeMutablePointer<group>?) = (Glibc.group(), nil)
        var buffer = [CChar](repeating: 0, count: recordBytes)
        guard getgrnam_r(name, &record, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return record.gr_gid
    }

    /// The id of a user; `nil` where there is none of that name.
    static func user(named name: String) -> uid_t? {
        var (record, found): (passwd, UnsafeMutablePointer<passwd>?) = (passwd(), nil)
        var buffer = [CChar](repeating: 0, count: recordBytes)
        guard getpwnam_r(name, &record, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return record.pw_uid
    }
}
