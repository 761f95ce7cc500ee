// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondLinux
import SessiondPrimitives

/// A file as inode(7) describes it.
struct FileFacts: Sendable {
    /// Why it cannot be looked at: an errno(3).
    struct Failure: Error, Equatable {
        let number: Int32
        /// Nothing is there.
        var isMissing: Bool { number == ENOENT || number == ENOTDIR }
        /// A folder on the way is closed.
        var isHidden: Bool { number == EACCES }
        /// The system's words.
        var text: String { String(cString: strerror(number)) }
    }

    private let status: stat

    /// Looks at a file, or at the link itself.
    init(_ path: String, followingLinks: Bool = true) throws(Failure) {
        var status = stat()
        guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { throw Failure(number: errno) }
        self.status = status
    }

    /// Whether it is a socket.
    var isSocket: Bool { status.st_mode & S_IFMT == S_IFSOCK }
    /// Whether it is a regular file.
    var isFile: Bool { status.st_mode & S_IFMT == S_IFREG }
    /// Whether it is a folder.
    var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
    /// Its owner.
    var user: uid_t { status.st_uid }
    /// Its group.
    var group: gid_t { status.st_gid }
    /// Its permissions, without the type: `0o660`.
    var mode: mode_t { status.st_mode & 0o7777 }
    /// When its content was changed last, in seconds since 1970.
    var modifiedAt: Int64 { Int64(status.st_mtim.tv_sec) }
    /// When anything of it was, a rename into its place included.
    var changedAt: Int64 { Int64(status.st_ctim.tv_sec) }

    /// `root:sessiond 0660`
    var description: String {
        "\(AccountLabels.user(user)):\(AccountLabels.group(group)) \(mode.octal)"
    }

    /// Who could have written it besides root and its reader; `nil`: nobody.
    func stranger(besides reader: FileReader) -> Stranger? { Stranger(status, besides: reader) }

    /// Whether a user with these groups has a permission (`4` read, `2` write, `1` search), by owner, group and mode
    /// alone: lists of access control are not asked.
    func grants(_ permission: mode_t, to user: uid_t, in groups: Set<gid_t>) -> Bool {
        if user == 0 { return true }
        if user == self.user { return mode >> 6 & permission == permission }
        return (groups.contains(group) ? mode >> 3 : mode) & permission == permission
    }
}

extension String {
    /// Of a path `/a/b/c`: `/`, `/a`, `/a/b`.
    var foldersOnTheWay: [String] {
        indices.filter { self[$0] == "/" }.map { $0 == startIndex ? "/" : String(self[..<$0]) }
    }
}

extension mode_t {
    /// Four digits, as chmod(1) takes them.
    var octal: String {
        let digits = String(self, radix: 8)
        return String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
    }
}
