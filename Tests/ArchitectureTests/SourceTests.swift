// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What holds for every file.
@Suite(.timeLimit(.minutes(10))) struct SourceTests {
    @Test func neverLeavesAProcessWithoutAnAnswer() throws {
        let forbidden = ["try!", "fatalError(", "as! ", "@unchecked Sendable", "TODO", "FIXME"]
        for file in Package.modules.flatMap(\.files) {
            let lines = try Package.lines(of: file)
            for (number, line) in lines.enumerated() where !Self.explains(lines, before: number) {
                for word in forbidden {
                    #expect(
                        !line.contains(word),
                        """
                        \(Package.path(of: file)):\(number + 1): \(line): throw, or answer; above an @unchecked \
                        Sendable say what guards it; finish what is to do
                        """)
                }
            }
        }
    }

    // Swift's own list comes from /proc, and is empty where that is not mounted.
    @Test func takesItsArgumentsFromTheSystem() throws {
        for file in Package.modules.flatMap(\.files) {
            #expect(
                try !Package.lines(of: file).contains { $0.contains("CommandLine.") },
                "\(Package.path(of: file)) asks CommandLine: take ProgramArguments")
        }
    }

    @Test func beginsEveryFileWithItsLicence() throws {
        for folder in ["Fuzz", "Sources", "Tests", "Tools"] {
            for file in try Package.swiftFiles(below: folder) {
                let first = "// SPDX-License-Identifier: Apache-2.0"
                #expect(
                    try Package.lines(of: file).first == first, "\(Package.path(of: file)) does not begin with \(first)"
                )
            }
        }
    }

    @Test func keepsFilesReadable() throws {
        for file in Package.modules.flatMap(\.files) {
            let count = try Package.lines(of: file).count
            #expect(
                count <= 400, "\(Package.path(of: file)) has \(count) lines: give a part of it a file of its own")
        }
    }

    // Whatever hangs is named after minutes.
    @Test func endsEveryTestThatHangs() throws {
        let suites = try Package.swiftFiles(below: "Tests").flatMap(Self.suites)
        let limited = Set(suites.filter(\.isLimited).map(\.name))
        for suite in suites where suite.hasTests {
            #expect(limited.contains(suite.name), "\(suite.name): write @Suite(.timeLimit(.minutes(10))) before it")
        }
    }

    // Swift 6.2 destroys such a value twice (like swiftlang/swift#85063), and apps are built with it.
    @Test func setsPropertiesOfANoncopyableStructInTheInitializerThatThrows() throws {
        for file in Package.modules.flatMap(\.files) {
            for members in Self.noncopyableStructs(in: try Package.lines(of: file)) {
                let initializers = members.joined(separator: "\n").matches(of: /\n    (?:\w+ )?init[^{]*/)
                guard initializers.contains(where: { $0.output.contains(/\binit\?|\bthrows\b/) }) else { continue }
                let preset = members.filter { $0.contains(/^    (?:\w+ )?(?:(?:let|var) [^={]* = |var [^={]*\?$)/) }
                    .filter { !$0.contains("static ") }
                #expect(
                    preset.isEmpty,
                    "\(Package.path(of: file)) sets \(preset) where they are declared: do it in the initializer")
            }
        }
    }

    /// The lines within each noncopyable struct of a file's outermost level.
    private static func noncopyableStructs(in lines: [String]) -> [[String]] {
        lines.split { $0 == "}" }.compactMap { part in
            part.firstIndex { $0.contains(/^(?:\w+ )*struct .*~Copyable/) }.map { Array(part[$0...]) }
        }
    }

    // The limit is for what hangs. How long something takes is for a benchmark to say: a machine may be busy.
    @Test func judgesNoTestByTheClock() throws {
        for file in try Package.swiftFiles(below: "Tests") {
            let limited = try Package.lines(of: file).filter { $0.contains(/@Test\(.*\.timeLimit\(/) }
            #expect(
                limited.isEmpty,
                "\(Package.path(of: file)): \(limited): take the limit away; its suite has one for what hangs")
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
        let lines = try Package.lines(of: file)
        let module = file.path.dropFirst("\(Package.root.path)/Tests/".count).prefix { $0 != "/" }
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
}
