// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The package as its files say it is.
enum Package {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Modules with Swift sources, by the folder that they stand in.
    static let modules: [Module] =
        ["Base", "Session", "Daemon", "Apps"].flatMap { floor in modules(below: "Sources/\(floor)", floor) }
        + modules(below: "Tools", "Tools")

    static func module(_ name: String) -> Module? { modules.first { $0.name == name } }

    private static func modules(below path: String, _ floor: String) -> [Module] {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: path).path)) ?? []
        return folders.sorted().map { Module(name: $0, floor: floor, path: "\(path)/\($0)") }
            .filter { !$0.files.isEmpty }
    }

    /// What Package.swift declares of a module: the names of what it depends on, ours and others'.
    static func declaredDependencies(of module: String) throws -> Set<String> {
        let text = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
        let pattern = try Regex(
            #"(?s)(?:target\(\s*"\w+", |program\(\s*"[^"]*", |target\(\s*name: )"\#(module)",(.*?)\n        [a-z./]"#)
        guard let declaration = text.firstMatch(of: pattern), let rest = declaration.output[1].substring else {
            return []
        }
        return Set(rest.matches(of: /\w+/).map { String($0.0) }).subtracting([module])
    }

    static func swiftFiles(below path: String) throws -> [URL] {
        let folder = root.appending(path: path)
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        // What a tutorial shows is not the module's.
        return names.filter { $0.hasSuffix(".swift") && !$0.contains(".docc/") }.sorted().map {
            folder.appending(path: $0)
        }
    }

    /// The path of a file as one says it: from the package's folder on.
    static func path(of file: URL) -> String { String(file.path.dropFirst(root.path.count + 1)) }

    static func lines(of file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
    }
}

/// A module with Swift sources.
struct Module: CustomTestStringConvertible {
    let name: String
    /// The folder that it stands in, which says what it may know.
    let floor: String
    let path: String

    var testDescription: String { name }

    var files: [URL] { (try? Package.swiftFiles(below: path)) ?? [] }

    /// What its files import, each with the first file that does.
    var imports: [String: String] {
        var found: [String: String] = [:]
        for file in files {
            for line in (try? Package.lines(of: file)) ?? [] where line.contains("import ") {
                let match = line.firstMatch(
                    of: /^(?:@\w+ )*(?:public |internal |package |private |fileprivate )?import (?:\w+ )?(\w+)/)
                guard let name = match.map({ String($0.1) }), found[name] == nil else { continue }
                found[name] = Package.path(of: file)
            }
        }
        return found
    }
}
