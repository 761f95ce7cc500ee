// SPDX-License-Identifier: Apache-2.0

import Glibc
import SealedStore
import SessiondLinux
import SessiondPrimitives

/// A file with a key and nothing else.
enum KeyFile {
    /// Reads it.
    ///
    /// - Throws: ``StartFailure``: it cannot be read, others could have written it, or it has another length.
    static func read(_ path: String) throws(StartFailure) -> SealingKey {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw failure(StartFailure.noInput, path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(StartFailure.noInput, path, errno) }
        if let stranger = Stranger(status) {
            throw StartFailure(
                status: StartFailure.noInput, message: "\(path): \(stranger.description): \(stranger.remedy) it")
        }
        // One byte more shows a file that is too long.
        let secret = try SecretBytes(capacity: SealingKey.byteCount + 1) { memory throws(StartFailure) in
            let count = Glibc.read(descriptor, memory.baseAddress, memory.count)
            guard count >= 0 else { throw failure(StartFailure.noInput, path, errno) }
            return count
        }
        guard let key = SealingKey(secret) else {
            throw StartFailure(
                status: StartFailure.wrongData,
                message: "\(path) holds no key: a key has exactly \(SealingKey.byteCount) bytes")
        }
        return key
    }

    /// Reads it; where it is missing, it is made first.
    static func readOrMake(_ path: String) throws(StartFailure) -> SealingKey {
        if access(path, F_OK) != 0, errno == ENOENT { try make(path) }
        return try read(path)
    }

    /// Makes a file with a new key, which only its owner can read; durable on return.
    ///
    /// - Throws: ``StartFailure``.
    private static func make(_ path: String) throws(StartFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure(StartFailure.cannotCreate, path, errno) }
        defer { close(descriptor) }
        let count = SecretBytes.random(count: SealingKey.byteCount).withUnsafeBytes {
            write(descriptor, $0.baseAddress, $0.count)
        }
        guard count == SealingKey.byteCount, fsync(descriptor) == 0 else {
            let number = errno
            unlink(path)
            throw failure(StartFailure.cannotCreate, path, number)
        }
        synchroniseFolder(of: path)
    }

    // Not every folder can be opened for that, so a failure counts for nothing.
    private static func synchroniseFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func failure(_ status: Int32, _ path: String, _ number: Int32) -> StartFailure {
        StartFailure(status: status, message: "\(path): \(String(cString: strerror(number)))")
    }
}
