// SPDX-License-Identifier: Apache-2.0

package import SessionMachine
package import SessionProtocol

/// What a session begins with.
package enum SessionOrigin: Sendable {
    /// A record that was stored, with the generation that the store knows without reading it.
    case stored([UInt8], generation: Int64)
    /// A record that counts and that the store has not taken yet.
    case held([UInt8], generation: Int64)
    /// A new installation; the generation is beyond any that was used here before.
    case new(generation: Int64)
    /// A record that cannot be read and is not overwritten; the generation is the highest that is known.
    case locked(SessionError, generation: Int64)

    /// Whether there is a session from before.
    var isStored: Bool {
        switch self {
        case .stored, .held: true
        case .new, .locked: false
        }
    }

    /// Of which kind of authority the session is; `nil`: there is none, or it cannot be read.
    package var authorityKind: String? {
        switch self {
        case .stored(let record, generation: _), .held(let record, generation: _):
            SessionRecord.authorityKind(ofStored: record)
        case .new, .locked: nil
        }
    }
}

/// The session as everybody sees it.
package enum SessionState: Sendable, Equatable {
    /// It can be used.
    case available(SessionSnapshot)
    /// What is stored cannot be read; the error says why and what to do.
    case locked(SessionError)
}
