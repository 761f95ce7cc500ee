// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A folder of one test, removed when released; its path is short enough for sockets, unix(7).
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = "/tmp/systemd-tests-" + UUID().uuidString.prefix(8).lowercased()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    }
}
