// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Which folders of a module name the types of which.
struct FolderGraph {
    /// By folder, and by the folder whose types it names: those types.
    var uses: [String: [String: Set<String>]] = [:]

    /// Reads the module's files; those directly in its folder are of none.
    init(of module: Module) throws {
        var folders: [String: [String]] = [:]
        var owners: [String: String] = [:]
        let root = Package.root.appending(path: module.path).path + "/"
        for file in module.files {
            let parts = file.path.dropFirst(root.count).split(separator: "/")
            guard parts.count > 1 else { continue }
            let folder = String(parts[0])
            let text = try String(contentsOf: file, encoding: .utf8)
            folders[folder, default: []].append(text)
            let declaration =
                /(?m)^(?:@\w+ )*(?:public |package |final |indirect )*(?:struct|enum|class|actor|protocol|typealias) (\w+)/
            for match in text.matches(of: declaration) { owners[String(match.1)] = folder }
        }
        for (folder, texts) in folders {
            for text in texts {
                let code = text.replacing(/\/\/.*/, with: "").replacing(/"(?:[^"\\\n]|\\.)*"/, with: "")
                for word in code.matches(of: /\b[A-Z]\w*/) {
                    guard let owner = owners[String(word.0)], owner != folder else { continue }
                    uses[folder, default: [:]][owner, default: []].insert(String(word.0))
                }
            }
        }
    }
}
