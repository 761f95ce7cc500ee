// SPDX-License-Identifier: Apache-2.0

package import SessionConfiguration
package import SessionProtocol

extension KnownAuthority {
    package var factory: any AuthorityFactory {
        switch self {
        case .local: LocalFactory()
        case .openID: OpenIDFactory()
        case .synerise: SyneriseFactory()
        }
    }
}

/// The authorities that there can be.
package struct AuthorityList: Sendable {
    /// Every one that ships.
    package static let known = AuthorityList(KnownAuthority.allCases.map(\.factory))

    private let factories: [any AuthorityFactory]

    package init(_ factories: [any AuthorityFactory]) { self.factories = factories }

    /// What a configuration with these may set.
    package var schema: SettingSchema { SettingSchema(kinds: factories.map(\.kind)) }

    /// The factory of the kind that a configuration names.
    ///
    /// - Throws: ``SessionError`` named `notConfigured`: the configuration was read with other authorities than these.
    package func factory(for settings: Settings) throws(SessionError) -> any AuthorityFactory {
        guard let factory = factories.first(where: { $0.kind == settings.authority.kind }) else {
            throw .unusable("there is no authority \(settings.authority.kind.name)")
        }
        return factory
    }
}

extension SessionError {
    /// The refusal of a configuration.
    static func unusable(_ problem: String) -> SessionError {
        SessionError(
            .notConfigured, "the configuration cannot be used: \(problem)",
            hint: "correct it, then: sessionctl reload")
    }
}
