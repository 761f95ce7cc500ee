// SPDX-License-Identifier: Apache-2.0

extension Settings {
    /// The stored state.
    package struct Store: Sendable, Equatable {
        /// Whether the state is sealed.
        package enum Seal: String, Sendable, CaseIterable {
            /// When there is a key.
            case auto
            /// Without a key the daemon does not store.
            case required
            /// Never.
            case no
        }

        /// What becomes of the state of another machine.
        package enum OtherMachine: String, Sendable, CaseIterable {
            /// Set aside; a new installation.
            case fresh
            /// Used.
            case keep
        }

        /// `Seal=`
        package var seal = Seal.auto
        /// `OtherMachine=`
        package var otherMachine = OtherMachine.fresh
    }
}
