// SPDX-License-Identifier: Apache-2.0

/// How far ``StateStore/save(_:generation:scrub:)`` came; the state is durable in either case.
package enum StoreSave: Sendable, Equatable {
    /// Everything was done.
    case saved
    /// An older state could not be overwritten: what was cleared may still be in the folder until the next save.
    case savedNotScrubbed(StoreError)
}
