// SPDX-License-Identifier: Apache-2.0

package import DeviceSession
package import SessionConfiguration
package import SessionMachine
package import SessionProtocol

/// Makes authorities of one kind out of a configuration.
package protocol AuthorityFactory: Sendable {
    var kind: AuthorityKind { get }

    /// Reads what the configuration only points to.
    ///
    /// - Throws: ``SessionError`` named `notConfigured`.
    func choose(_ settings: Settings, _ surroundings: AuthoritySurroundings) throws(SessionError) -> AuthorityChoice

    /// How it is looked at from outside the daemon; `nil`: there is nobody to look at.
    ///
    /// - Throws: ``SessionError`` named `notConfigured`.
    func probe(_ settings: Settings, _ surroundings: AuthoritySurroundings) throws(SessionError) -> AuthorityProbe?
}

extension AuthorityFactory {
    package func probe(
        _ settings: Settings, _ surroundings: AuthoritySurroundings
    ) throws(SessionError) -> AuthorityProbe? { nil }
}

/// The authority that a configuration names, with all that it needs.
package struct AuthorityChoice: Sendable {
    package let kind: AuthorityKind
    /// What stood in files that settings name, by `Section.Key`: it may change while the settings stay.
    package let contents: [String: Secret]
    /// The credentials of the service manager that it uses: they stay what they were when the process was started.
    package let credentials: [String]
    /// Makes it with the keys that are stored for it.
    package let make: @Sendable (AuthorityKeys, any SessionClock) -> any Authority

    package init(
        kind: AuthorityKind, contents: [String: Secret] = [:], credentials: [String] = [],
        make: @escaping @Sendable (AuthorityKeys, any SessionClock) -> any Authority
    ) {
        (self.kind, self.contents, self.credentials, self.make) = (kind, contents, credentials, make)
    }

    /// The settings whose text says what it said before, but names a file with something else in it.
    package func contentsChanged(since before: AuthorityChoice) -> [String] {
        contents.filter { before.contents[$0.key] != $0.value }.map(\.key)
    }
}

/// What an authority's configuration takes from the system.
package struct AuthoritySurroundings: Sendable {
    /// Something that is there and cannot be read.
    package struct Unreadable: Error, CustomStringConvertible {
        package let description: String

        package init(_ description: String) { self.description = description }
    }

    /// Reads a credential of the service manager; `nil`: there is none of that name.
    package let credential: @Sendable (_ name: String, _ maximumBytes: Int) throws(Unreadable) -> [UInt8]?
    /// A name of this machine that no other program is told.
    package let machineID: @Sendable () throws(Unreadable) -> String
    /// Tells whoever runs the daemon of something that can be used but should not stay so.
    package let warn: @Sendable (String) -> Void

    package init(
        credential: @escaping @Sendable (_ name: String, _ maximumBytes: Int) throws(Unreadable) -> [UInt8]?,
        machineID: @escaping @Sendable () throws(Unreadable) -> String, warn: @escaping @Sendable (String) -> Void
    ) {
        (self.credential, self.machineID, self.warn) = (credential, machineID, warn)
    }
}
