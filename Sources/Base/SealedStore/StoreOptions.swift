// SPDX-License-Identifier: Apache-2.0

/// What the store compares its files with, and how large it makes them.
package struct StoreOptions: Sendable, Equatable {
    /// What to do with a state that another machine has written (`[Store] OtherMachine=`).
    package enum OtherMachine: String, Sendable, CaseIterable {
        /// Set it aside and begin a new installation.
        case fresh
        /// Go on with it.
        case keep
    }

    /// The app-specific id of this machine, machine-id(5); `nil` where that is not known: then nothing is compared, and
    /// what is stored stays of the machine that it is of.
    package var machineID: HexIdentifier?
    /// What to do with a state of another machine.
    package var otherMachine: OtherMachine
    /// Whether states are sealed.
    package var sealing: StoreSealing
    /// Bytes that each file is given at first.
    package var preallocatedBytes: Int

    /// Options; without arguments those of a store without a key and without a machine id.
    package init(
        machineID: HexIdentifier? = nil,
        otherMachine: OtherMachine = .fresh,
        sealing: StoreSealing = .keyless(because: "there is no key"),
        preallocatedBytes: Int = StoreLimits.preallocatedBytes
    ) {
        (self.machineID, self.otherMachine, self.sealing) = (machineID, otherMachine, sealing)
        self.preallocatedBytes = preallocatedBytes
    }

    /// Whether a state of that machine is none of ours.
    func isOtherMachine(_ machine: HexIdentifier?) -> Bool {
        guard otherMachine == .fresh, let machine, let machineID else { return false }
        return machine != machineID
    }
}
