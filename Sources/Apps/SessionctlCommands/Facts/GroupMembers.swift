// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondLinux
import SessiondPrimitives

/// Who is in a group: accounts, and programs that run now, which a unit may have put there (SupplementaryGroups=).
enum GroupMembers {
    /// Whether anybody is; what cannot be looked at counts as somebody.
    static func isInhabited(_ group: gid_t) -> Bool {
        switch AccountDatabase.hasMembers(group) {
        case .found(true), .unavailable: true
        case .found(false), .absent: isPrimaryGroup(group) || isAnyProcess(in: group)
        }
    }

    // Of an account of this machine; a directory may refuse to list its accounts, and is not asked to.
    private static func isPrimaryGroup(_ group: gid_t) -> Bool {
        guard let file = fopen("/etc/passwd", "re") else { return true }
        defer { fclose(file) }
        while let account = fgetpwent(file) {
            if account.pointee.pw_gid == group { return true }
        }
        return false
    }

    // With as many groups as a process may have, 65,536.
    private static let maximumStatusBytes = 1 << 20

    // `Gid:` and `Groups:` of proc_pid_status(5).
    private static func isAnyProcess(in group: gid_t) -> Bool {
        FolderListing.sortedNames(in: "/proc").contains { name in
            guard name.allSatisfy(\.isNumber),
                let status = try? PlainFile(path: "/proc/\(name)/status", maximumBytes: maximumStatusBytes)
            else { return false }
            return String(decoding: status.bytes, as: UTF8.self).split(separator: "\n").contains { line in
                let words = line.split { $0 == "\t" || $0 == " " }
                return ["Gid:", "Groups:"].contains(words.first) && words.dropFirst().contains("\(group)")
            }
        }
    }
}
