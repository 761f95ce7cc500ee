// SPDX-License-Identifier: Apache-2.0

import Foundation

extension Package {
    /// A file that people have written, or that stands for one: what is text, and in no folder that a build makes.
    struct File {
        let path: String
        let text: String
    }

    /// All of them, or those below a folder.
    static func files(below folder: String? = nil) throws -> [File] {
        let folders = try folder.map { [$0] } ?? names(in: ".").filter { !$0.hasPrefix(".") || $0 == ".ci" }
        return try folders.flatMap { folder in
            try paths(below: folder).compactMap { path in
                (try? text(path)).map { File(path: path, text: $0) }
            }
        }
    }

    private static func paths(below folder: String) throws -> [String] {
        var isFolder: ObjCBool = false
        let path = root.appending(path: folder).path
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [] }
        guard isFolder.boolValue else { return [folder] }
        return try FileManager.default.subpathsOfDirectory(atPath: path)
            .filter { !$0.contains("/.") && !$0.hasPrefix(".") && !$0.contains("__pycache__") }
            .map { "\(folder)/\($0)" }.sorted()
    }
}
