// SPDX-License-Identifier: Apache-2.0

/// The one list of authorities, in the order of the example file.
///
/// A new one is a case here. Then the compiler asks for its ``kind`` below, which its folder in this module describes,
/// and for its factory in SessionAuthorities, where it has another folder (docs/authorities.md, Where an authority is).
package enum KnownAuthority: Sendable, CaseIterable {
    case local, openID, synerise

    /// What `Kind=` is where no file sets it.
    package static let standard = KnownAuthority.local

    package var kind: AuthorityKind {
        switch self {
        case .local: .local
        case .openID: .openID
        case .synerise: .synerise
        }
    }
}
