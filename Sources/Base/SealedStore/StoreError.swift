// SPDX-License-Identifier: Apache-2.0

/// A failure of the store: what was tried, where, why, and what to do.
package struct StoreError: Error, Sendable, Equatable {
    /// What was tried; the raw value completes "cannot …".
    package enum Operation: String, Sendable {
        case create, open, inspect, lock, read, write, rename, save, seal
        case shorten
        case synchronise = "sync"
    }

    /// Why it failed.
    package enum Reason: Sendable, Equatable {
        /// A system call failed, errno(3).
        case system(errorNumber: Int32)
        /// Another process has the folder, `holder` where the kernel shows it: exit 75.
        case lockTaken(holder: Int32?)
        /// Something other than a file has the file's name, such as `a symbolic link`.
        case notRegular(kind: String)
        /// The folder was moved away, and another one with a state of its own is in its place.
        case replaced
        /// The payload has more than ``StoreLimits/maximumPayloadBytes``.
        case payloadTooLarge(bytes: Int)
        /// ``StateStore/load(held:)`` found a state that must not be overwritten.
        case locked
        /// ``StateStore/load(held:)`` was not called before.
        case notLoaded
        /// None of its files holds an intact state.
        case damaged
        /// The cipher failed.
        case cipher
        /// States have to be sealed, and there is no key.
        case keyRequired(because: String)
    }

    /// What was tried.
    package let operation: Operation
    /// On which file or folder.
    package let path: String
    /// Why it failed.
    package let reason: Reason
    /// Whether the next start is certain to find the state of before.
    ///
    /// It is not where the disk refused even to take back what had been written: then a power failure may bring the
    /// new state; a mere restart of the process does not.
    package internal(set) var isOldStateCertain = true

    init(_ operation: Operation, _ path: String, _ reason: Reason) {
        (self.operation, self.path, self.reason) = (operation, path, reason)
    }
}
