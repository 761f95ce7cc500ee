// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// Users and groups as messages show them: by name, or by number where that is not known at once.
///
/// Nothing is decided on them.
package enum AccountLabels {
    private static let lookUps = LookUps<UnixID, String>(
        limit: LookUpLimits.courtesy, ask: AccountDatabase.name(of:))

    /// The labels of all of them.
    package static func of(_ ids: Set<UnixID>) -> [UnixID: String] {
        let answers = lookUps.answers(to: ids)
        return Dictionary(uniqueKeysWithValues: ids.map { ($0, label($0, answers[$0])) })
    }

    /// The label of a user.
    package static func user(_ id: uid_t) -> String { label(.user(id), lookUps.answer(to: .user(id))) }

    /// The label of a group.
    package static func group(_ id: gid_t) -> String { label(.group(id), lookUps.answer(to: .group(id))) }

    private static func label(_ id: UnixID, _ answer: AccountAnswer<String>?) -> String {
        switch answer {
        case .found(let name): name
        case .absent, .unavailable, nil: String(id.number)
        }
    }
}
