// SPDX-License-Identifier: Apache-2.0

import Glibc

extension FolderStorage {
    /// Opens and locks the folder; which one it is.
    static func openLocked(_ path: String) throws(StoreError) -> (Int32, FileStatus.Identity) {
        let folder = try openFolder(path)
        do throws(StoreError) {
            try lock(folder, path)
            return (folder, try status(folder, path).identity)
        } catch {
            close(folder)
            throw error
        }
    }

    /// Closes the folder. A child between fork and exec has the descriptor too: that alone would leave the lock to it.
    static func unlock(_ folder: Int32) {
        flock(folder, LOCK_UN)
        close(folder)
    }

    /// Opens the folder, creating it where it is missing. It may be a link to another disk; its files may not.
    static func openFolder(_ path: String) throws(StoreError) -> Int32 {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
        do {
            return try SystemCall.run(.open, path) { open(path, flags) }
        } catch {
            guard error.errorNumber == ENOENT else { throw error }
        }
        try SystemCall.run(.create, path) { mkdir(path, 0o700) }
        let folder = try SystemCall.run(.open, path) { open(path, flags) }
        // The umask may have taken more away than it should.
        fchmod(folder, 0o700)
        synchroniseParent(of: path)
        return folder
    }

    /// Makes the new folder's own name durable. Not every parent can be opened for that, so a failure counts for nothing.
    private static func synchroniseParent(of path: String) {
        let parent = open(path + "/..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { return }
        fsync(parent)
        close(parent)
    }

    /// Locks the folder by its own descriptor, flock(2), which works on a read-only file system too.
    static func lock(_ folder: Int32, _ path: String) throws(StoreError) {
        do {
            try SystemCall.run(.lock, path) { flock(folder, LOCK_EX | LOCK_NB) }
        } catch {
            guard error.errorNumber == EWOULDBLOCK else { throw error }
            let identity = try status(folder, path).identity
            throw StoreError(.lock, path, .lockTaken(holder: LockHolder.find(identity)))
        }
    }

    /// What is wrong with owner and mode of something that only the daemon should be able to open.
    static func permissionWarnings(_ descriptor: Int32, _ path: String, mode: mode_t) throws(StoreError) -> [String] {
        let status = try status(descriptor, path)
        var warnings: [String] = []
        if status.owner != geteuid() {
            warnings.append("\(path) belongs to user \(status.owner), not to \(geteuid()): chown it")
        }
        if status.permissions & 0o077 != 0 {
            let found = String(status.permissions, radix: 8)
            warnings.append("\(path) has mode 0\(found): others may get at it: chmod 0\(String(mode, radix: 8)) it")
        }
        return warnings
    }
}
