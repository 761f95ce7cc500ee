// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Who may know whom: docs/architecture.md. The compiler accepts an undeclared import on an incremental build.
@Suite(.timeLimit(.minutes(10))) struct ArchitectureTests {
    /// The floors that modules of a floor may know besides their own. Nothing knows the daemon but its program, and the
    /// apps' side nothing of the daemon.
    static let lower: [String: [String]] = [
        "Base": [], "Session": ["Base"], "Daemon": ["Base", "Session"], "Apps": ["Base", "Session"],
        "Tools": ["Base", "Session"],
    ]

    @Test(arguments: Package.modules)
    func knowsItsOwnAndLowerFloorsOnly(module: Module) throws {
        let floors = try #require(Self.lower[module.floor]) + [module.floor]
        for (name, file) in module.imports {
            guard let imported = Package.module(name) else { continue }
            #expect(
                floors.contains(imported.floor),
                "\(file) imports \(name) of Sources/\(imported.floor): move one of them, or what it needs, down a floor"
            )
        }
    }

    @Test(arguments: Package.modules)
    func declaresWhatItImports(module: Module) throws {
        let (declared, imports) = (try Package.declaredDependencies(of: module.name), module.imports)
        for (name, file) in imports where Package.module(name) != nil || name.hasPrefix("CSessiond") {
            #expect(declared.contains(name), "\(file) imports \(name): add it to \(module.name) in Package.swift")
        }
        for name in declared where Package.module(name) != nil {
            #expect(
                imports[name] != nil, "nothing in \(module.path) imports \(name): take it out of Package.swift")
        }
    }

    /// Modules with walls of their own: what they may import, of ours and of others.
    static let walls: [String: (imports: Set<String>, because: String)] = [
        "SessiondPrimitives": (["CSessiondLinux", "Glibc"], "every app links it"),
        "LineServer": (
            ["SessiondPrimitives", "SessiondLinux", "CSessiondLinux", "Glibc"], "another server could be built on it"
        ),
        "HTTPSClient": (
            ["SessiondPrimitives", "SessiondLinux", "CSessiondCurl", "Glibc"], "another client could be built on it"
        ),
        "SealedStore": (["SessiondPrimitives", "Crypto", "Glibc"], "what it stores is opaque to it"),
        "SessionProtocol": (["SessiondPrimitives", "Glibc"], "it is the wire, and every app links it"),
        "SessionMachine": (
            ["SessionProtocol", "SessiondPrimitives", "Crypto"], "it is a value: no clock, file, thread or socket"
        ),
        "AccessRules": (["SessionProtocol", "Glibc"], "the daemon decides by it and sessionctl explains by it"),
        "SessionClient": (
            ["SessionProtocol", "SessiondPrimitives", "CSessiondLinux", "Glibc"], "every app links it"
        ),
        "sessiond": (["SessionDaemon"], "a program holds no logic"),
        "sessionctl": (["SessionctlCommands"], "a program holds no logic"),
        "SessionWebHost": (
            ["SessionClient", "SessionProtocol", "SessiondLinux", "SessiondPrimitives", "CSessiondLinux", "Glibc"],
            "there is one for each page"
        ),
        "sessiond-web-host": (["SessionWebHost"], "a program holds no logic"),
    ]

    @Test(arguments: walls.keys.sorted())
    func keepsItsWalls(module name: String) throws {
        let (module, wall) = (try #require(Package.module(name)), try #require(Self.walls[name]))
        for (imported, file) in module.imports {
            #expect(
                wall.imports.contains(imported), "\(file) imports \(imported): \(name) may not, since \(wall.because)")
        }
    }

    @Test(arguments: ["SessionMachine"])
    func namesNothingThatActs(module name: String) throws {
        let words = [
            "DetachedThread", "Monitor<", "MonotonicInstant", "SystemInstant", "ContinuousClock", "Task {", "LookUps",
        ]
        for file in try #require(Package.module(name)).files {
            for line in try Package.lines(of: file) {
                for word in words {
                    #expect(
                        !line.contains(word),
                        "\(Package.path(of: file)) names \(word): \(name) is a value, and acts on nothing")
                }
            }
        }
    }

    @Test(arguments: ["sessiond", "sessionctl", "sessiond-web-host"])
    func keepsProgramsSmall(module name: String) throws {
        let files = try #require(Package.module(name)).files
        let lines = try files.reduce(0) { $0 + (try Package.lines(of: $1).count) }
        #expect(lines <= 40, "\(name) has \(lines) lines: what it does belongs into the module that it imports")
    }

    // What is not imported publicly cannot be in a public declaration: InternalImportsByDefault.
    @Test(arguments: ["SessionClient", "SessionProtocol"])
    func showsAppsNoTypeOfOthers(module name: String) throws {
        for file in try #require(Package.module(name)).files {
            let shown = try Package.lines(of: file).filter { $0.hasPrefix("public import ") }
            #expect(
                shown.allSatisfy { $0 == "public import SessionProtocol" },
                "\(Package.path(of: file)) shows apps another module: \(shown); import it without public")
        }
    }

    @Test func isPublicInProductsOnly() throws {
        for module in Package.modules where !["SessionClient", "SessionProtocol"].contains(module.name) {
            for file in module.files {
                for line in try Package.lines(of: file) where line.contains(/^ *public (?!import )/) {
                    Issue.record("\(Package.path(of: file)): \(line): no app sees it; write package")
                }
            }
        }
    }

    @Test(arguments: Package.modules.filter { $0.floor != "Tools" })
    func hasNoCircleBetweenItsFolders(module: Module) throws {
        let graph = try FolderGraph(of: module)
        for (folder, uses) in graph.uses {
            for (other, names) in uses where graph.uses[other]?[folder] != nil {
                let back = graph.uses[other]?[folder] ?? []
                Issue.record(
                    """
                    \(module.path): \(folder) names \(names.sorted().prefix(3)) of \(other), which names \
                    \(back.sorted().prefix(3)) of \(folder): move one of them
                    """)
            }
        }
    }
}
