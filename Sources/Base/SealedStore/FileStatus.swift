// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What the store asks of stat(2).
struct FileStatus {
    /// Names a file for as long as it exists.
    struct Identity: Equatable {
        let device: dev_t
        let inode: ino_t
    }

    private let status: stat

    init(_ status: stat) { self.status = status }

    var identity: Identity { Identity(device: status.st_dev, inode: status.st_ino) }
    var size: Int { Int(status.st_size) }
    var owner: uid_t { status.st_uid }
    var permissions: mode_t { status.st_mode & 0o7777 }

    /// What it is instead of a file; `nil` for a file.
    var irregularKind: String? {
        switch status.st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "a folder"
        case S_IFLNK: "a symbolic link"
        case S_IFIFO: "a FIFO"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }
}

extension FolderStorage {
    package static func status(_ descriptor: Int32, _ path: String) throws(StoreError) -> FileStatus {
        var result = stat()
        try SystemCall.run(.inspect, path) { fstat(descriptor, &result) }
        return FileStatus(result)
    }

    /// The status of a name in a folder, links not followed; `nil` where nothing has it.
    package static func status(of name: String, in folder: Int32, _ path: String) throws(StoreError) -> FileStatus? {
        var result = stat()
        do {
            try SystemCall.run(.inspect, path) { fstatat(folder, name, &result, AT_SYMLINK_NOFOLLOW) }
            return FileStatus(result)
        } catch {
            if error.errorNumber == ENOENT { return nil }
            throw error
        }
    }
}
