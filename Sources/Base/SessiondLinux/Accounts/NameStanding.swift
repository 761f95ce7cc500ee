// SPDX-License-Identifier: Apache-2.0

package import SessiondPrimitives

/// How it stands with a name in the rules.
package enum NameStanding: Sendable, Equatable {
    /// It is being asked for the first time, and not late yet.
    case asked
    /// It stands for that id.
    case found(UInt32)
    /// Nobody has it.
    case absent
    /// It cannot be asked now, and stands for what it stood for, if that is known.
    case unavailable(AccountFailure, keeping: UInt32?)

    /// The id that counts for it; `nil`: none.
    package var id: UInt32? {
        switch self {
        case .found(let id): id
        case .unavailable(_, let id): id
        case .asked, .absent: nil
        }
    }

    /// The standing after an answer: what a name stood for is kept as long as nobody says otherwise.
    package func after(_ answer: AccountAnswer<UInt32>) -> NameStanding {
        switch answer {
        case .found(let id): .found(id)
        case .absent: .absent
        case .unavailable(let failure): .unavailable(failure, keeping: id)
        }
    }
}
