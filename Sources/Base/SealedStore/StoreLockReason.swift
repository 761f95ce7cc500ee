// SPDX-License-Identifier: Apache-2.0

/// Why a state can neither be read nor be overwritten.
package enum StoreLockReason: Error, Sendable, Equatable {
    /// A later version wrote it.
    case newerFormat(path: String, format: Int)
    /// It is sealed with a key that is not the given one, or while none is given.
    case otherKey(path: String, keyID: String, given: GivenKey)
    /// States have to be sealed, and there is no key.
    case keyRequired(because: String)
    /// The kernel does not give it, or something other than a file has its name.
    case unreadable(StoreError)
    /// It is damaged or of another machine, but cannot be moved away, as on a read-only file system.
    case notSetAside(StoreError)

    /// What there is instead of the key that a state is sealed with.
    package enum GivenKey: Sendable, Equatable {
        /// Another one.
        case other(HexIdentifier)
        /// None, for that reason.
        case none(because: String)

        init(_ sealing: StoreSealing) {
            self = sealing.openingKey.map { .other($0.id) } ?? .none(because: sealing.absence ?? "")
        }
    }
}

extension StoreLockReason: CustomStringConvertible {
    /// What, where and why, and the hint.
    package var description: String { "\(summary) (\(hint))" }

    /// What, where and why.
    package var summary: String {
        switch self {
        case .newerFormat(let path, let format):
            "\(path) has format \(format), this version reads \(StoreHeader.currentFormat)"
        case .otherKey(let path, let keyID, .other(let given)):
            "\(path) is sealed with key \(keyID), and the key that is given is \(given)"
        case .otherKey(let path, let keyID, .none(let reason)): "\(path) is sealed with key \(keyID), and \(reason)"
        case .keyRequired(let reason): "[Store] Seal=required, and \(reason)"
        case .unreadable(let error), .notSetAside(let error): error.summary
        }
    }

    /// What to do about it.
    package var hint: String {
        let giveUp = "or give the session up: sessionctl destroy --discard-unreadable"
        return switch self {
        case .newerFormat: "install the version that wrote it, \(giveUp)"
        case .otherKey(_, _, .other):
            "give sessiond the key that fits: sessiond rekey --from FILE; \(giveUp)"
        case .otherKey(_, _, .none):
            "see systemctl status sessiond-key, or give sessiond a copy of the key: sessiond rekey --from FILE; \(giveUp)"
        case .keyRequired: "see systemctl status sessiond-key, or set Seal=auto"
        case .unreadable(let error), .notSetAside(let error): error.hint
        }
    }
}
