// SPDX-License-Identifier: Apache-2.0

/// The clear header of a state file: a line of `name=value` pairs, padded with spaces to ``StoreLimits/headerBytes``.
///
/// ```
/// sessiond-state format=1 revision=7 generation=3 scrub=no installation=… machine=… key=none length=842 sha256=…
/// ```
/// Unknown names are skipped, so that later versions can add some. `sha256` covers the whole block, its own 64 digits
/// taken as zeros, and the body: every byte before its end counts. The body is the payload, or, with a `key`, what
/// ``SealingKey`` made of it with that same block as associated data.
package struct StoreHeader: Sendable, Equatable {
    /// The only format there is so far.
    package static let currentFormat = 1
    /// The value of `key` for a payload that is not sealed.
    package static let noKey = "none"

    /// Counts every state stored; the highest intact one counts.
    package var revision: Int64
    /// The customer's generation in that state.
    package var generation: Int64
    /// Whether the state was saved to clear something: the other file must then not keep an older state.
    package var scrubs: Bool
    /// Made at the first save and kept for as long as the state is.
    package var installationID: HexIdentifier
    /// The machine that wrote it; `nil` where that had no id.
    package var machineID: HexIdentifier?
    /// The key that the payload is sealed with, or ``noKey``.
    package var keyID: String
    /// Bytes of the body, which begins right after the block.
    package var bodyBytes: Int

    /// Whether the payload is sealed.
    package var isSealed: Bool { keyID != Self.noKey }
}

/// A whole state as it is in a file: header block and body, whose checksum is right.
struct StoreImage: Sendable, Equatable {
    let header: StoreHeader
    /// The block and the body.
    package let bytes: [UInt8]
    /// What was saved; `nil` where it is sealed with a key that is not given.
    let payload: [UInt8]?
}
