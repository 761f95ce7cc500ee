// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The store's folder on a real file system, held by its lock until this object ends.
///
/// Its files stay open between saves: a process that has run out of descriptors can still write, and fdatasync(2) reports
/// every error of writing back since the file was opened.
final class FolderStorage: SlotStorage {
    let folderPath: String
    private(set) var folder: Int32
    private var identity: FileStatus.Identity
    private var files: [String: OpenFile] = [:]
    private(set) var warnings: [String] = []

    /// Opens a folder, creating it with mode 0700 where it is missing, and locks it.
    init(path: String) throws(StoreError) {
        folderPath = path
        (folder, identity) = try Self.openLocked(path)
        warnings += try Self.permissionWarnings(folder, path, mode: 0o700)
    }

    deinit { leave() }

    func follow() throws(StoreError) -> Bool {
        guard !isInPlace else { return false }
        let (next, nextIdentity) = try Self.openLocked(folderPath)
        do throws(StoreError) {
            for file in StoreFile.pair where try Self.status(of: file.name, in: next, path(of: file.name)) != nil {
                throw StoreError(.save, folderPath, .replaced)
            }
        } catch {
            Self.unlock(next)
            throw error
        }
        leave()
        (folder, identity, files) = (next, nextIdentity, [:])
        return true
    }

    // Where nobody can say, the folder that is open is as good as any.
    private var isInPlace: Bool {
        var status = stat()
        if stat(folderPath, &status) == 0 { return FileStatus(status).identity == identity }
        return errno != ENOENT
    }

    private func leave() {
        for file in files.values { close(file.descriptor) }
        Self.unlock(folder)
    }

    func path(of name: String) -> String { folderPath + "/" + name }

    func read(_ name: String, limitBytes: Int) throws(StoreError) -> [UInt8]? {
        guard let file = try openFile(name, forWriting: false) else { return nil }
        let wanted = min(try Self.status(file.descriptor, path(of: name)).size, limitBytes)
        var bytes = [UInt8](repeating: 0, count: wanted)
        var done = 0
        while done < wanted {
            let count = try SystemCall.run(.read, path(of: name)) {
                bytes.withUnsafeMutableBytes {
                    pread(file.descriptor, $0.baseAddress?.advanced(by: done), wanted - done, off_t(done))
                }
            }
            if count == 0 { break }
            done += count
        }
        return Array(bytes.prefix(done))
    }

    func size(of name: String) throws(StoreError) -> Int {
        guard let file = try openFile(name, forWriting: false) else { return 0 }
        return try Self.status(file.descriptor, path(of: name)).size
    }

    func write(_ bytes: [UInt8], to name: String, at offset: Int) throws(StoreError) {
        let file = try writableFile(name)
        var done = 0
        while done < bytes.count {
            let count = try SystemCall.run(.write, path(of: name)) {
                bytes.withUnsafeBytes {
                    pwrite(
                        file.descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset + done))
                }
            }
            guard count > 0 else { throw StoreError(.write, path(of: name), .system(errorNumber: EIO)) }
            done += count
        }
    }

    func shorten(_ name: String, to size: Int) throws(StoreError) {
        let file = try writableFile(name)
        try SystemCall.run(.shorten, path(of: name)) { ftruncate(file.descriptor, off_t(size)) }
    }

    func synchronise(_ name: String) throws(StoreError) {
        guard let file = try openFile(name, forWriting: false)
        else { throw StoreError(.synchronise, path(of: name), .system(errorNumber: ENOENT)) }
        // The content, and the size where that has changed: the times of the file are not worth a commit of the journal.
        try SystemCall.run(.synchronise, path(of: name)) { fdatasync(file.descriptor) }
        guard !file.isNameDurable else { return }
        try SystemCall.run(.synchronise, folderPath) { fsync(folder) }
        files[name]?.isNameDurable = true
    }

    func exists(_ name: String) throws(StoreError) -> Bool {
        try Self.status(of: name, in: folder, path(of: name)) != nil
    }

    func rename(_ name: String, to newName: String) throws(StoreError) {
        forget(name)
        try SystemCall.run(.rename, path(of: name)) { renameat(folder, name, folder, newName) }
        try SystemCall.run(.synchronise, folderPath) { fsync(folder) }
    }
}

extension FolderStorage {
    /// The file of a name, opened again where the name has come to mean another file, as after a restore by hand.
    private func openFile(_ name: String, forWriting: Bool) throws(StoreError) -> OpenFile? {
        let status = try Self.status(of: name, in: folder, path(of: name))
        if let known = files[name] {
            if status?.identity == known.identity, known.isWritable || !forWriting { return known }
            forget(name)
        }
        guard let status else { return nil }
        if let kind = status.irregularKind { throw StoreError(.open, path(of: name), .notRegular(kind: kind)) }
        let file = try OpenFile(existing: name, in: folder, path: path(of: name), forWriting: forWriting)
        files[name] = file
        warnings += try Self.permissionWarnings(file.descriptor, path(of: name), mode: 0o600)
        return file
    }

    /// The file of a name, made where it is missing: also when it was deleted under the running daemon.
    private func writableFile(_ name: String) throws(StoreError) -> OpenFile {
        if let file = try openFile(name, forWriting: true) { return file }
        let file = try OpenFile(new: name, in: folder, path: path(of: name))
        files[name] = file
        return file
    }

    private func forget(_ name: String) {
        if let file = files.removeValue(forKey: name) { close(file.descriptor) }
    }
}
