// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The compiler accepts an undeclared import on an incremental build, and knows nothing of who may know whom.
@Suite(.timeLimit(.minutes(10))) struct ArchitectureTests {
    /// What each module may import, of ours and of others; SessionCore and SessionAuthority are above SessionProtocol,
    /// whose names and codec they share.
    static let allowed: [String: Set<String>] = [
        "SessionProtocol": ["SecretMemory", "Glibc"],
        "Locking": ["CLinux", "Glibc"],
        "SecretMemory": ["CLinux", "Glibc"],
        "SystemAccounts": ["Locking", "Glibc"],
        "ProgramArguments": ["CArguments"],
        "PlainFiles": ["Glibc"],
        "SessionClient": ["SessionProtocol", "Locking", "SystemAccounts", "Glibc", "CLinux"],
        "SessionCore": ["SessionProtocol", "Locking", "SecretMemory", "CLinux", "Crypto", "Glibc"],
        "SessionAuthority": [
            "Locking", "PlainFiles", "SessionCore", "SessionProtocol", "CCrypt", "CCurl", "CLinux", "Crypto", "Glibc",
        ],
        "SessionConfiguration": ["SessionProtocol", "PlainFiles", "SystemAccounts", "Glibc"],
        "SessionServer": ["SessionCore", "SessionProtocol", "CLinux", "Logging", "Glibc"],
        "SessionDaemon": ["Glibc"],
        "Systemd": [
            "Locking", "PlainFiles", "SecretMemory", "CSystemd", "CLinux", "Logging", "Glibc", "Synchronization",
        ],
        "SessionctlCommands": [
            "SessionClient", "SessionProtocol", "SessionConfiguration", "Locking", "PlainFiles", "SecretMemory",
            "SystemAccounts", "ProgramArguments", "CLinux", "ArgumentParser", "Glibc",
        ],
        "SyneriseEmulator": [
            "SessionProtocol", "Crypto", "_CryptoExtras", "FlyingFox", "FlyingSocks", "Foundation", "Glibc",
        ],
        "synerise-emulator": ["SyneriseEmulator", "ProgramArguments", "ArgumentParser", "Foundation"],
        "fleet-simulation": ["SessionCore", "SessionProtocol", "ProgramArguments", "Glibc"],
        "session-bench": ["SessionProtocol", "ProgramArguments", "CLinux", "ArgumentParser", "Glibc"],
        "sessionctl": ["SessionctlCommands"],
        "sessiond": [
            "SessionDaemon", "SessionServer", "SessionCore", "SessionAuthority", "SessionConfiguration",
            "SessionProtocol", "Systemd", "SystemAccounts", "ProgramArguments", "PlainFiles", "SecretMemory", "CLinux",
            "ArgumentParser", "Logging", "Glibc",
        ],
    ]

    static let package = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test(arguments: allowed.keys.sorted())
    func importsOnlyWhatItMay(module: String) throws {
        let allowed = try #require(Self.allowed[module])
        let files = try Self.swiftFiles(below: "Sources/\(module)")
        #expect(!files.isEmpty)
        for file in files {
            for name in try Self.imports(of: file) {
                #expect(allowed.contains(name), "\(module)/\(file.lastPathComponent) imports \(name)")
            }
        }
    }

    @Test func knowsEveryModuleWithSwiftSources() throws {
        let sources = Self.package.appending(path: "Sources")
        let folders = try FileManager.default.contentsOfDirectory(atPath: sources.path)
            .filter { try !Self.swiftFiles(below: "Sources/\($0)").isEmpty }
        #expect(Set(folders) == Set(Self.allowed.keys))
    }

    // What is not imported publicly cannot be in a public declaration: InternalImportsByDefault.
    @Test(arguments: ["SessionClient", "SessionProtocol"])
    func showsAppsNoTypeOfOthers(module: String) throws {
        for file in try Self.swiftFiles(below: "Sources/\(module)") {
            let shown = try Self.lines(of: file).filter { $0.hasPrefix("public import ") }
            #expect(shown.allSatisfy { $0 == "public import SessionProtocol" }, "\(file.lastPathComponent): \(shown)")
        }
    }

    @Test func neverLeavesAProcessWithoutAnAnswer() throws {
        let forbidden = ["try!", "fatalError(", "as! ", "@unchecked Sendable", "TODO", "FIXME"]
        for module in Self.allowed.keys {
            for file in try Self.swiftFiles(below: "Sources/\(module)") {
                let lines = try Self.lines(of: file)
                for (number, line) in lines.enumerated() where !Self.explains(lines, before: number) {
                    for word in forbidden {
                        #expect(!line.contains(word), "\(file.lastPathComponent):\(number + 1): \(line)")
                    }
                }
            }
        }
    }

    // Swift's own list comes from /proc, and is empty where that is not mounted.
    @Test(arguments: allowed.keys.sorted())
    func takesItsArgumentsFromTheSystem(module: String) throws {
        for file in try Self.swiftFiles(below: "Sources/\(module)") {
            #expect(try !Self.lines(of: file).contains { $0.contains("CommandLine.") }, "\(file.path)")
        }
    }

    @Test func beginsEveryFileWithItsLicence() throws {
        for folder in ["Fuzz", "Sources", "Tests"] {
            for file in try Self.swiftFiles(below: folder) {
                #expect(try Self.lines(of: file).first == "// SPDX-License-Identifier: Apache-2.0", "\(file.path)")
            }
        }
    }

    @Test func keepsFilesAndLinesReadable() throws {
        for file in try Self.swiftFiles(below: "Sources") {
            #expect(try Self.lines(of: file).count <= 400, "\(file.path)")
        }
    }

    // Whatever hangs is named after minutes.
    @Test func endsEveryTestThatHangs() throws {
        let suites = try Self.swiftFiles(below: "Tests").flatMap(Self.suites)
        let limited = Set(suites.filter(\.isLimited).map(\.name))
        for suite in suites where suite.hasTests {
            #expect(limited.contains(suite.name), "\(suite.name) has no .timeLimit(.minutes(10))")
        }
    }

    /// A type of a file at its outermost level, or an extension of one.
    private struct Suite {
        /// Its name, with its module's.
        let name: String
        /// Whether its declaration, attributes of the line before included, has a time limit.
        let isLimited: Bool
        var hasTests = false
    }

    private static func suites(of file: URL) throws -> [Suite] {
        let lines = try lines(of: file)
        let module = file.path.dropFirst("\(package.path)/Tests/".count).prefix { $0 != "/" }
        let declaration = /^(?:@Suite.* )?(?:final |private )*(?:struct|class|actor|enum|extension) (\w+)/
        return lines.indices.reduce(into: []) { suites, number in
            let line = lines[number]
            if let type = line.firstMatch(of: declaration) {
                let above = number > 0 && lines[number - 1].hasPrefix("@") ? lines[number - 1] : ""
                let isLimited = (above + line).contains(".timeLimit(")
                suites.append(Suite(name: "\(module).\(type.1)", isLimited: isLimited))
            } else if line.contains(/^ *@Test\b/), !suites.isEmpty {
                suites[suites.count - 1].hasTests = true
            }
        }
    }

    // A comment right above, or behind it, says which lock protects an @unchecked Sendable.
    private static func explains(_ lines: [String], before number: Int) -> Bool {
        guard lines[number].contains("@unchecked") else { return false }
        return lines[max(0, number - 4)...number].contains { $0.contains("held") || $0.contains("guards") }
    }

    private static func imports(of file: URL) throws -> [String] {
        try lines(of: file).compactMap { line in
            let match = line.firstMatch(
                of: /^(?:@\w+ )*(?:public |internal |package |private |fileprivate )?import (?:\w+ )?(\w+)/)
            return match.map { String($0.1) }
        }
    }

    private static func lines(of file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
    }

    private static func swiftFiles(below path: String) throws -> [URL] {
        let folder = package.appending(path: path)
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        // What a tutorial shows is not the module's.
        return names.filter { $0.hasSuffix(".swift") && !$0.contains(".docc/") }.sorted().map {
            folder.appending(path: $0)
        }
    }
}
