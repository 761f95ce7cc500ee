// SPDX-License-Identifier: Apache-2.0

/// The settings of one kind of authority; a fresh one holds the defaults.
package protocol AuthoritySection: Sendable, Equatable {
    init()
}

extension AuthoritySection {
    fileprivate func isSame(as other: any AuthoritySection) -> Bool { other as? Self == self }
}

/// The settings of all kinds of authority, by the types that hold them.
package struct AuthoritySections: Sendable, Equatable {
    // Those that are not as the defaults are.
    private var changed: [ObjectIdentifier: any AuthoritySection] = [:]

    package subscript<Section: AuthoritySection>(_ type: Section.Type) -> Section {
        get { changed[ObjectIdentifier(type)] as? Section ?? Section() }
        set { changed[ObjectIdentifier(type)] = newValue == Section() ? nil : newValue }
    }

    package static func == (first: AuthoritySections, second: AuthoritySections) -> Bool {
        first.changed.count == second.changed.count
            && first.changed.allSatisfy { type, section in second.changed[type].map(section.isSame) ?? false }
    }
}
