// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The folder that the package is in.
enum Package {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The text of one of its files.
    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The names of the files in a folder.
    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path).sorted()
    }

    /// The texts of the Swift files below a folder that people have written.
    static func swiftTexts(below folder: String) throws -> [String] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
        let texts = try paths.filter { $0.hasSuffix(".swift") }.map { try text("\(folder)/\($0)") }
        return texts.filter { !$0.contains("\n// Written by ") }
    }
}
