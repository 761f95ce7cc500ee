// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A folder of a test's own, with a path short enough for sockets; it goes with the object.
package final class TemporaryFolder: Sendable {
    /// The folder's path, without a slash at its end.
    package let path: String

    /// Makes the folder, which everybody may enter.
    package init() throws {
        var template = Array("/tmp/sessiond-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemFailure("mkdtemp") }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        guard chmod(path, 0o755) == 0 else { throw SystemFailure("chmod") }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file in it.
    package func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(filePath: file(name)))
    }
}

/// A system call of a test that failed.
package struct SystemFailure: Error, CustomStringConvertible {
    /// The call and its errno.
    package let description: String
    /// The failure of a call that just set errno.
    package init(_ call: String) { description = "\(call): \(String(cString: strerror(errno)))" }
}
