// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// Users and groups, as nsswitch.conf(5) finds them: a call may ask a server, and wait for it.
package enum AccountDatabase {
    // 64 KiB hold a group of thousands of members; one that is larger counts as none.
    private static let recordBytes = 1 << 16

    /// The id of a group; `nil` where there is none of that name.
    package static func group(named name: String) -> gid_t? {
        read { buffer, size in
            var (record, found): (group, UnsafeMutablePointer<group>?) = (Glibc.group(), nil)
            getgrnam_r(name, &record, buffer, size, &found)
            return found?.pointee.gr_gid
        }
    }

    /// The id of a user; `nil` where there is none of that name.
    package static func user(named name: String) -> uid_t? { primary(named: name)?.user }

    /// The primary group of a user; `nil` where there is no user of that name.
    package static func primaryGroup(ofUser name: String) -> gid_t? { primary(named: name)?.group }

    /// The name of a group; its number where there is none of that id.
    package static func name(ofGroup id: gid_t) -> String {
        read { buffer, size in
            var (record, found): (group, UnsafeMutablePointer<group>?) = (Glibc.group(), nil)
            getgrgid_r(id, &record, buffer, size, &found)
            return found.map { String(cString: $0.pointee.gr_name) }
        } ?? String(id)
    }

    /// The name of a user; the number where there is none of that id.
    package static func name(ofUser id: uid_t) -> String {
        read { buffer, size in
            var (record, found): (passwd, UnsafeMutablePointer<passwd>?) = (passwd(), nil)
            getpwuid_r(id, &record, buffer, size, &found)
            return found.map { String(cString: $0.pointee.pw_name) }
        } ?? String(id)
    }

    /// The groups that a user has after the next login; none where there is no user of that name.
    package static func groups(ofUser name: String) -> Set<gid_t> {
        guard let primary = primary(named: name)?.group else { return [] }
        // NGROUPS_MAX, limits.h.
        var count: Int32 = 65_536
        var groups = [gid_t](repeating: 0, count: Int(count))
        guard getgrouplist(name, primary, &groups, &count) >= 0 else { return [primary] }
        return Set(groups.prefix(Int(count)))
    }

    private static func primary(named name: String) -> (user: uid_t, group: gid_t)? {
        read { buffer, size in
            var (record, found): (passwd, UnsafeMutablePointer<passwd>?) = (passwd(), nil)
            getpwnam_r(name, &record, buffer, size, &found)
            return found.map { ($0.pointee.pw_uid, $0.pointee.pw_gid) }
        }
    }

    private static func read<Value>(_ body: (UnsafeMutablePointer<CChar>, Int) -> Value?) -> Value? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: recordBytes) { buffer in
            buffer.baseAddress.flatMap { body($0, buffer.count) }
        }
    }
}
