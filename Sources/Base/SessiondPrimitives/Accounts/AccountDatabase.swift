// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// Users and groups, as nsswitch.conf(5) finds them: a call may ask a server, and wait for it without end. Who must not
/// wait asks by ``LookUps``.
package enum AccountDatabase {
    /// The size of an entry from which on it is not read: a group of two million members.
    package static let maximumRecordBytes = 1 << 26
    // What is tried first: a group of a few thousand members.
    private static let firstRecordBytes = 1 << 16
    // NGROUPS_MAX, limits.h.
    private static let maximumGroups: Int32 = 65_536

    /// The id of a user or group.
    package static func id(of name: UnixName) -> AccountAnswer<UInt32> {
        switch name {
        case .user(let name): primary(named: name).map(\.user)
        case .group(let name): group(named: name)
        }
    }

    /// The id of a group.
    package static func group(named name: String) -> AccountAnswer<gid_t> {
        entry { buffer, size, found in
            var record = Glibc.group()
            var pointer: UnsafeMutablePointer<group>?
            let error = getgrnam_r(name, &record, buffer, size, &pointer)
            found = pointer?.pointee.gr_gid
            return error
        }
    }

    /// Whether the entry of a group lists anybody. Those whose primary group it is, it does not list.
    package static func hasMembers(_ id: gid_t) -> AccountAnswer<Bool> {
        entry { buffer, size, found in
            var record = Glibc.group()
            var pointer: UnsafeMutablePointer<group>?
            let error = getgrgid_r(id, &record, buffer, size, &pointer)
            found = pointer.map { $0.pointee.gr_mem?.pointee != nil }
            return error
        }
    }

    /// The primary group of a user.
    package static func primaryGroup(ofUser name: String) -> AccountAnswer<gid_t> { primary(named: name).map(\.group) }

    /// The name of a user or group.
    package static func name(of id: UnixID) -> AccountAnswer<String> {
        switch id {
        case .user(let id): name(ofUser: id)
        case .group(let id): name(ofGroup: id)
        }
    }

    /// The groups that a user has after the next login.
    package static func groups(ofUser name: String) -> AccountAnswer<Set<gid_t>> {
        primaryGroup(ofUser: name).map { primary in
            var count = maximumGroups
            var groups = [gid_t](repeating: 0, count: Int(count))
            guard getgrouplist(name, primary, &groups, &count) >= 0 else { return [primary] }
            return Set(groups.prefix(Int(count)))
        }
    }

    private static func primary(named name: String) -> AccountAnswer<(user: uid_t, group: gid_t)> {
        entry { buffer, size, found in
            var record = passwd()
            var pointer: UnsafeMutablePointer<passwd>?
            let error = getpwnam_r(name, &record, buffer, size, &pointer)
            found = pointer.map { ($0.pointee.pw_uid, $0.pointee.pw_gid) }
            return error
        }
    }

    private static func name(ofGroup id: gid_t) -> AccountAnswer<String> {
        entry { buffer, size, found in
            var record = Glibc.group()
            var pointer: UnsafeMutablePointer<group>?
            let error = getgrgid_r(id, &record, buffer, size, &pointer)
            found = pointer.map { String(cString: $0.pointee.gr_name) }
            return error
        }
    }

    private static func name(ofUser id: uid_t) -> AccountAnswer<String> {
        entry { buffer, size, found in
            var record = passwd()
            var pointer: UnsafeMutablePointer<passwd>?
            let error = getpwuid_r(id, &record, buffer, size, &pointer)
            found = pointer.map { String(cString: $0.pointee.pw_name) }
            return error
        }
    }

    /// Calls with larger and larger buffers: every entry that stands before the one looked for has to fit, too.
    ///
    /// glibc answers 0 where an entry is not there. With an error number it could not find out, whichever that is: a
    /// server that is down is ENOENT with nslcd(8), for one.
    private static func entry<Value>(
        _ call: (UnsafeMutablePointer<CChar>, Int, inout Value?) -> Int32
    ) -> AccountAnswer<Value> {
        var size = firstRecordBytes
        while size <= maximumRecordBytes {
            var found: Value?
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
            defer { buffer.deallocate() }
            let error = call(buffer, size, &found)
            if error == 0 { return found.map { .found($0) } ?? .absent }
            if error != ERANGE { return .unavailable(.error(error)) }
            size *= 4
        }
        return .unavailable(.tooLarge)
    }
}
