// SPDX-License-Identifier: Apache-2.0

/// What ``StateStore/load(held:)`` found.
package struct StoreLoad: Sendable, Equatable {
    /// The state, or why there is none.
    package enum Outcome: Sendable, Equatable {
        /// A new installation: nothing was ever saved here.
        case absent
        /// The last state saved.
        case loaded(payload: [UInt8], header: StoreHeader)
        /// The state of one of the held images, newer than what is in the folder: it is to be saved.
        case held(index: Int, payload: [UInt8], header: StoreHeader)
        /// There is a state that must not be overwritten: saving fails until it was discarded or loads.
        case locked(StoreLockReason)
        /// A new installation: what was there was not intact, and now has these paths.
        case damaged(setAside: [String])
        /// A new installation: the state there is of another machine, has that header, and now these paths.
        case otherMachine(setAside: [String], header: StoreHeader)
    }

    /// The state, or why there is none.
    package let outcome: Outcome
    /// What an administrator should know: wrong modes, no room to preallocate, a scrub still due. One line each.
    package let warnings: [String]
    /// Where states now are that somebody has written in place of the store's own, beside one that counts.
    package var forged: [String] = []
    /// What counts although a later state was stored; `nil`: nothing tells of one.
    package var rollback: StoreRollback?
}

extension StoreLoad.Outcome {
    /// The header of the state; `nil` where none counts.
    package var header: StoreHeader? {
        switch self {
        case .loaded(_, let header), .held(_, _, let header): header
        case .absent, .locked, .damaged, .otherMachine: nil
        }
    }
}

extension StoreLoad.Outcome: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The outcome for people; never the payload, which holds tokens.
    package var description: String {
        switch self {
        case .absent: "no state"
        case .loaded(_, let header): "state of revision \(header.revision)"
        case .held(_, _, let header): "state of revision \(header.revision), which is not on the disk"
        case .locked(let reason): "locked state: \(reason)"
        case .damaged(let paths): "damaged state, set aside as \(paths.joined(separator: ", "))"
        case .otherMachine(let paths, _): "state of another machine, set aside as \(paths.joined(separator: ", "))"
        }
    }

    /// The same as ``description``.
    package var debugDescription: String { description }
    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
