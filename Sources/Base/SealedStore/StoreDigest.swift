// SPDX-License-Identifier: Apache-2.0

import Crypto
import SessiondPrimitives

/// The checksum of a state file.
enum StoreDigest {
    /// The SHA-256 of a header block and a payload, as 64 lower-case hex digits.
    static func hex(_ block: [UInt8], _ payload: ArraySlice<UInt8>) -> [UInt8] {
        var hash = SHA256()
        block.withUnsafeBytes { hash.update(bufferPointer: $0) }
        payload.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash.finalize().hexadecimalDigits
    }
}
