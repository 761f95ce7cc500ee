// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessionConfiguration

/// A temporary folder with the three roots, removed with this object.
final class ConfigurationFolder {
    let path: String

    init() throws {
        let unique = FileManager.default.temporaryDirectory.appendingPathComponent("sessiond-conf-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: unique, withIntermediateDirectories: true)
        path = unique.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var roots: ConfigurationRoots {
        ConfigurationRoots(vendor: "\(path)/usr", runtime: "\(path)/run", administrator: "\(path)/etc")
    }

    /// The full path of a file, whose folder is made.
    func prepare(_ name: String) throws -> String {
        let file = "\(path)/\(name)"
        let parent = URL(fileURLWithPath: file).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        return file
    }

    @discardableResult
    func write(_ name: String, _ text: String, mode: Int = 0o640) throws -> String {
        try write(name, bytes: Array(text.utf8), mode: mode)
    }

    @discardableResult
    func write(_ name: String, bytes: [UInt8], mode: Int = 0o640) throws -> String {
        let file = try prepare(name)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }

    @discardableResult
    func link(_ name: String, to target: String) throws -> String {
        let file = try prepare(name)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: target)
        return file
    }

    func search() throws(ConfigurationError) -> LoadedConfiguration {
        try ConfigurationLoader(.search(roots)).load()
    }
}
