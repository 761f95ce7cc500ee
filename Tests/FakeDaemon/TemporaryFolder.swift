// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A folder of a test's own, with a path short enough for sockets; it goes with the object.
public final class TemporaryFolder: Sendable {
    /// The folder's path, without a slash at its end.
    public let path: String

    /// Makes the folder, which everybody may enter.
    public init() throws {
        var template = Array("/tmp/fake-sessiond-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemFailure("mkdtemp") }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        guard chmod(path, 0o755) == 0 else { throw SystemFailure("chmod") }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    public func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// A system call of a test that failed.
public struct SystemFailure: Error, CustomStringConvertible {
    /// The call and its errno.
    public let description: String
    /// The failure of a call that just set errno.
    public init(_ call: String) { description = "\(call): \(String(cString: strerror(errno)))" }
}
