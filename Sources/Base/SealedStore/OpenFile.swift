// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A state file that is open; its owner closes the descriptor.
struct OpenFile {
    let descriptor: Int32
    /// Which file it is, whatever name it has by now.
    let identity: FileStatus.Identity
    let isWritable: Bool
    /// Whether its name is durable, as far as is known: another process may have made it and crashed.
    var isNameDurable = false

    /// Neither follows a symbolic link nor waits for the other end of a FIFO, open(2).
    private static let flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC

    /// Opens a file that exists; for reading alone where it may not be written, as on a read-only file system.
    init(existing name: String, in folder: Int32, path: String, forWriting: Bool) throws(StoreError) {
        do {
            let descriptor = try SystemCall.run(.open, path) { openat(folder, name, O_RDWR | Self.flags) }
            try self.init(descriptor, path, isWritable: true)
        } catch {
            guard !forWriting, let number = error.errorNumber, [EROFS, EACCES, EPERM].contains(number) else {
                throw error
            }
            let descriptor = try SystemCall.run(.open, path) { openat(folder, name, O_RDONLY | Self.flags) }
            try self.init(descriptor, path, isWritable: false)
        }
    }

    /// Creates a file with mode 0600.
    init(new name: String, in folder: Int32, path: String) throws(StoreError) {
        let flags = O_RDWR | O_CREAT | O_EXCL | Self.flags
        let descriptor = try SystemCall.run(.create, path) { openat(folder, name, flags, 0o600) }
        try self.init(descriptor, path, isWritable: true)
    }

    private init(_ descriptor: Int32, _ path: String, isWritable: Bool) throws(StoreError) {
        do throws(StoreError) {
            let status = try FolderStorage.status(descriptor, path)
            if let kind = status.irregularKind { throw StoreError(.open, path, .notRegular(kind: kind)) }
            (self.descriptor, identity, self.isWritable) = (descriptor, status.identity, isWritable)
        } catch {
            close(descriptor)
            throw error
        }
    }
}
