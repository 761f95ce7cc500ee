// SPDX-License-Identifier: Apache-2.0

/// A whole state as it is in a file: header block and body, whose checksum is right.
struct StoreImage: Sendable, Equatable {
    let header: StoreHeader
    /// The block and the body.
    package let bytes: [UInt8]
    /// What was saved; `nil` where it is sealed with a key that is not given.
    let payload: [UInt8]?
}
