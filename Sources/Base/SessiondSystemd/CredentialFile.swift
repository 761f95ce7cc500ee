// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondLinux
import SessiondPrimitives

/// One open credential; closed when it goes out of scope.
struct CredentialFile: ~Copyable {
    private let descriptor: CInt
    private let path: String

    private init(descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Opens the file; nil where it is absent.
    static func open(_ path: String) throws(CredentialError) -> CredentialFile? {
        // O_NONBLOCK: a pipe in its place must not hold the start.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let number = errno
            var status = stat()
            // A link to nothing is not the same as nothing.
            if number == ENOENT, lstat(path, &status) != 0 { return nil }
            throw .unreadable(path: path, errorNumber: number)
        }
        return CredentialFile(descriptor: descriptor, path: path)
    }

    /// Reads it whole.
    func read(maximumBytes: Int) throws(CredentialError) -> SecretBytes {
        // One byte more than the size tells a file that grew from one that ends here.
        let capacity = try size(maximumBytes: maximumBytes) + 1
        return try SecretBytes(capacity: capacity) { memory throws(CredentialError) in
            var count = 0
            while count < capacity {
                let added = Glibc.read(descriptor, memory.baseAddress?.advanced(by: count), capacity - count)
                if added == 0 { return count }
                guard added > 0 || errno == EINTR else { throw .unreadable(path: path, errorNumber: errno) }
                count += max(added, 0)
            }
            throw .changed(path: path)
        }
    }

    private func size(maximumBytes: Int) throws(CredentialError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, errorNumber: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        if let stranger = Stranger(status) {
            throw .notTrusted(path: path, reason: "\(stranger.description): \(stranger.remedy) it")
        }
        guard status.st_size <= maximumBytes else {
            throw .tooLarge(path: path, maximumBytes: maximumBytes)
        }
        return Int(status.st_size)
    }
}
