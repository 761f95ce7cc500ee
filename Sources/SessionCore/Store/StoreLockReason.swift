// SPDX-License-Identifier: Apache-2.0

/// Why a state can neither be read nor be overwritten.
public enum StoreLockReason: Error, Sendable, Equatable {
    /// A later version wrote it.
    case newerFormat(path: String, format: Int)
    /// It is sealed with another key, or with one while this daemon has none, or the other way round.
    case otherKey(path: String, keyID: String)
    /// The kernel does not give it, or something other than a file has its name.
    case unreadable(StoreError)
    /// It is damaged or of another machine, but cannot be moved away, as on a read-only file system.
    case notSetAside(StoreError)
}

extension StoreLockReason: CustomStringConvertible {
    /// What, where and why, and the hint.
    public var description: String {
        switch self {
        case .newerFormat(let path, let format):
            "\(path) has format \(format), this version reads \(StoreHeader.currentFormat) (\(hint))"
        case .otherKey(let path, let keyID): "\(path) is sealed with key \(keyID), which is not the given one (\(hint))"
        case .unreadable(let error), .notSetAside(let error): error.description
        }
    }

    /// What to do about it.
    public var hint: String {
        let giveUp = "or give the session up: sessionctl destroy --discard-unreadable"
        return switch self {
        case .newerFormat: "install the version that wrote it, \(giveUp)"
        case .otherKey: "give the daemon that key, \(giveUp)"
        case .unreadable(let error), .notSetAside(let error): error.hint
        }
    }
}
