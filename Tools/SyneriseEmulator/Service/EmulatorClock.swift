// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The emulator's time: the machine's, shifted. The machine's own clock is never touched.
struct EmulatorClock: Sendable {
    var offsetSeconds: Int64
    var machineMilliseconds: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) }

    var nowMilliseconds: Int64 { machineMilliseconds() + offsetSeconds * 1000 }
    var nowSeconds: Int64 { nowMilliseconds / 1000 }
}
