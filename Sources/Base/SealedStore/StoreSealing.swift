// SPDX-License-Identifier: Apache-2.0

/// Whether states are sealed, and what opens those that are.
package enum StoreSealing: Sendable, Equatable {
    /// They are sealed with that key.
    case sealed(SealingKey)
    /// They are kept clear; that key opens those that were sealed before.
    case clear(opening: SealingKey)
    /// They are kept clear; there is no key, for that reason.
    case keyless(because: String)
    /// Nothing is stored: states must be sealed, and there is no key, for that reason.
    case refused(because: String)

    /// What opens a sealed state.
    var openingKey: SealingKey? {
        switch self {
        case .sealed(let key), .clear(opening: let key): key
        case .keyless, .refused: nil
        }
    }

    /// What the next state is sealed with.
    var savingKey: SealingKey? {
        if case .sealed(let key) = self { key } else { nil }
    }

    /// Why there is no key.
    var absence: String? {
        switch self {
        case .sealed, .clear: nil
        case .keyless(let reason), .refused(let reason): reason
        }
    }

    /// The header's `key` field of the next state.
    var keyField: String { savingKey?.id.text ?? StoreHeader.noKey }
}
