// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// An authority is a folder in each of two modules, and one line in one list: docs/authorities.md.
@Suite(.timeLimit(.minutes(10))) struct AuthorityFolderTests {
    private static let configured = "Sources/Session/SessionConfiguration/Authorities"
    private static let made = "Sources/Session/SessionAuthorities"
    /// The kinds there are, as their folders are called.
    static let kinds = folders(in: configured)

    /// Files that name kinds all the same, and why.
    private static let exceptions = [
        "Sources/Session/SessionConfiguration/KnownAuthority.swift": "the list",
        "Sources/Session/SessionAuthorities/AuthorityList.swift": "the list, of what makes them",
        "Sources/Session/SessionMachine/State/SessionRecord+Stored.swift": "what the first version stored names none",
        "Sources/Daemon/SessionServer/Service/ProtocolDescription.swift": "made out of the protocol's examples",
    ]

    @Test func hasBothOfItsFolders() {
        #expect(!Self.kinds.isEmpty)
        #expect(
            Self.kinds == Self.folders(in: Self.made),
            "each authority has a folder of the same name in \(Self.configured) and in \(Self.made)")
    }

    @Test(arguments: kinds)
    func isNamedInItsFoldersAlone(kind: String) throws {
        let name = kind.lowercased()
        // A member, a string, a section, a setting, a sentence, and a type.
        let names = try Regex(
            #"\.\#(name)\b|"\#(name)\\?"|\[\#(kind)\]|Kind=\#(name)\b|\b\#(name) authority|\b\#(kind)[A-Z.]\w"#)
        // One authority's hint may name another one, and tokens have an origin that is called as an authority is.
        let folders = Self.kinds.flatMap { kind in [Self.configured, Self.made].map { "\($0)/\(kind)/" } }
        for module in Package.modules where module.floor != "Tools" {
            for file in module.files {
                let path = String(file.path.dropFirst(Package.root.path.count + 1))
                guard Self.exceptions[path] == nil, !folders.contains(where: path.hasPrefix) else { continue }
                let text = try Data(contentsOf: file)
                guard [name, kind].contains(where: { text.range(of: Data($0.utf8)) != nil }) else { continue }
                for (number, line) in try Package.lines(of: file).enumerated() {
                    guard line.contains(name) || line.contains(kind), let code = Self.code(line) else { continue }
                    #expect(
                        !code.contains(names),
                        """
                        \(path):\(number + 1) names an authority: \(code): ask AuthorityKind or AuthorityTraits for what \
                        it means, and have \(Self.configured)/\(kind) or \(Self.made)/\(kind) answer
                        """)
                }
            }
        }
    }

    /// A line without its comment; `nil`: it is nothing else.
    private static func code(_ line: String) -> String? {
        let code = line.range(of: "//").map { String(line[..<$0.lowerBound]) } ?? line
        return code.allSatisfy(\.isWhitespace) ? nil : code
    }

    private static func folders(in path: String) -> [String] {
        let entries = try? FileManager.default.contentsOfDirectory(
            at: Package.root.appending(path: path), includingPropertiesForKeys: [.isDirectoryKey])
        return (entries ?? []).filter(\.hasDirectoryPath).map(\.lastPathComponent).sorted()
    }
}
