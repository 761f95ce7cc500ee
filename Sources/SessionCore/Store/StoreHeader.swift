// SPDX-License-Identifier: Apache-2.0

/// The clear header of a state file: a line of `name=value` pairs, padded with spaces to ``StoreLimits/headerBytes``.
///
/// ```
/// sessiond-state format=1 revision=7 generation=3 scrub=no installation=… machine=… key=none length=842 sha256=…
/// ```
/// Unknown names are skipped, so that later versions can add some. `sha256` covers the whole block, its own 64 digits
/// taken as zeros, and the payload: every byte before the end of the payload counts.
public struct StoreHeader: Sendable, Equatable {
    /// The only format there is so far.
    public static let currentFormat = 1
    /// The value of `key` for a payload that is not sealed.
    public static let noKey = "none"

    /// Counts every state stored; the highest intact one counts.
    public var revision: Int64
    /// The customer's generation in that state.
    public var generation: Int64
    /// Whether the state was saved to clear something: the other file must then not keep an older state.
    public var scrubs: Bool
    /// Made at the first save and kept for as long as the state is.
    public var installationID: HexIdentifier
    /// The machine that wrote it; `nil` where that had no id.
    public var machineID: HexIdentifier?
    /// The key the payload is sealed with, or ``noKey``.
    public var keyID: String
    /// Bytes of the payload, which begins right after the block.
    public var payloadBytes: Int
}
