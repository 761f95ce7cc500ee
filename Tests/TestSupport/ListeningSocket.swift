// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A listening Unix socket in a folder of its own; both go with it.
final class ListeningSocket: Sendable {
    let descriptor: Int32
    let path: String
    private let folder: String

    init() throws {
        var template = Array("/tmp/loop-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFailure(call: "mkdtemp") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        path = folder + "/socket"
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(AF_UNIX, type, 0)
        let isBound = UnixAddress(path).use { [descriptor] in bind(descriptor, $0, $1) } == 0
        guard isBound, listen(descriptor, 128) == 0 else { throw TestFailure(call: "bind") }
    }

    deinit {
        close(descriptor)
        try? FileManager.default.removeItem(atPath: folder)
    }
}
