// SPDX-License-Identifier: Apache-2.0

/// What the store compares its files with, and how large it makes them.
public struct StoreOptions: Sendable, Equatable {
    /// What to do with a state that another machine has written (`[Store] OtherMachine=`).
    public enum OtherMachine: String, Sendable, CaseIterable {
        /// Set it aside and begin a new installation.
        case fresh
        /// Go on with it.
        case keep
    }

    /// The app-specific id of this machine, machine-id(5); `nil` where it has none: then nothing is compared.
    public var machineID: HexIdentifier?
    /// What to do with a state of another machine.
    public var otherMachine: OtherMachine
    /// The key that payloads are sealed with; `nil`: they are not sealed, and the header says `key=none`.
    public var keyID: HexIdentifier?
    /// Bytes that each file is given at first.
    public var preallocatedBytes: Int

    /// Options; without arguments those of an unsealed store without a machine id.
    public init(
        machineID: HexIdentifier? = nil,
        otherMachine: OtherMachine = .fresh,
        keyID: HexIdentifier? = nil,
        preallocatedBytes: Int = StoreLimits.preallocatedBytes
    ) {
        (self.machineID, self.otherMachine, self.keyID) = (machineID, otherMachine, keyID)
        self.preallocatedBytes = preallocatedBytes
    }

    /// The header's `key` field for these options.
    var keyField: String { keyID?.text ?? StoreHeader.noKey }
}
