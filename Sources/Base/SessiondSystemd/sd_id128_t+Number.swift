// SPDX-License-Identifier: Apache-2.0

import CSessiondSystemd

extension sd_id128_t {
    /// The first byte is the most significant, as in the text form.
    init(_ number: UInt128) {
        self.init()
        withUnsafeMutableBytes(of: &self) { $0.storeBytes(of: number.bigEndian, as: UInt128.self) }
    }

    var number: UInt128 {
        withUnsafeBytes(of: self) { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) }
    }
}
