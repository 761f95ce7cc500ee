// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What a reader has to keep in mind: how much state a type has, and which of two functions of one name is called.
@Suite(.timeLimit(.minutes(10))) struct SizeTests {
    private static let mostStoredProperties = 12

    /// Types with more of them, and why; those that ship are named in docs/architecture.md, too.
    private static let large = [
        "SessionRecord": "one for each member that is stored",
        "SessionStatus": "one for each member that is answered",
        "SessionSnapshot": "the session's state, as reads want it",
        "SessionMachine": "the session's state",
        "StateStore": "what is known of its two files, and how they are written",
        "Connection": "what the loop knows of a connection",
        "SessionService": "its parts, between which it routes, and the loop's instant",
        "ServiceCounts": "one for each number",
        "AuthorityTraits": "one for each question",
        "Settings.OpenID": "one for each setting",
        "Behaviour": "one for each option of the emulator",
        "EmulatorOptions": "one for each option of the emulator",
        "Options": "one for each flag of the emulator",
    ]

    @Test func keepsTheStateOfATypeSmall() throws {
        let page = Package.root.appending(path: "docs/architecture.md")
        let document = try String(contentsOf: page, encoding: .utf8)
        var found: Set<String> = []
        let types = try Self.types.get().flatMap(\.self)
        for type in types where type.storedProperties.count > Self.mostStoredProperties {
            found.insert(type.name)
            #expect(
                Self.large[type.name] != nil,
                """
                \(type.place): \(type.name) has \(type.storedProperties.count) stored properties: give those that \
                change together a type of their own, or say in `large` of Tests/ArchitectureTests/SizeTests.swift why not
                """)
            #expect(
                type.place.hasPrefix("Tools/") || document.contains("`\(type.name)`"),
                "docs/architecture.md: say why \(type.name) has more than a dozen stored properties")
        }
        let small = Set(Self.large.keys).subtracting(found)
        #expect(
            small.isEmpty,
            "\(small.sorted()) are small, or no more: take them out of `large` in Tests/ArchitectureTests/SizeTests.swift"
        )
    }

    /// Functions that do one thing with values of several types, as `print` does: nobody has to tell them apart.
    private static let alike: Set = [
        "JSONWriter.member(_:_:)", "JSONStringToken.equals(_:in:)", "Fields.add(_:_:)",
        "OpenMetricsText.add(_:_:suffix:)",
    ]

    @Test func namesApartWhatDiffersInTypesAlone() throws {
        for types in try Self.types.get() {
            let functions = types.flatMap { type in
                type.functions.map { (name: "\(type.name).\($0.name)", function: $0) }
            }
            for (name, same) in Dictionary(grouping: functions, by: \.name) where !Self.alike.contains(name) {
                // What a protocol demands, and what its extension does by default, is one function.
                #expect(
                    Set(same.map(\.function.parameters)).count == 1,
                    """
                    \(name) stands at \(same.map(\.function.place).joined(separator: " and ")) with parameters of \
                    other types: give each a name or a label of its own; where they do one thing with values of \
                    several types, name them in `alike` of Tests/ArchitectureTests/SizeTests.swift
                    """)
            }
        }
    }

    // Those of each module, read once.
    private static let types = Result {
        try Package.modules.map { module in
            try module.files.flatMap { file in
                Declarations(of: try Package.lines(of: file), path: Package.path(of: file)).types
            }
        }
    }
}
