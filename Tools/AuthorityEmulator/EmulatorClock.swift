// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The emulator's time: the machine's, shifted. The machine's own clock is never touched.
package struct EmulatorClock: Sendable {
    package private(set) var offsetSeconds: Int64
    let machineMilliseconds: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) }

    package var nowMilliseconds: Int64 { machineMilliseconds() + offsetSeconds * 1000 }
    package var nowSeconds: Int64 { nowMilliseconds / 1000 }

    /// - Throws: ``OptionError`` for an offset beyond what times can be computed with.
    package init(offsetSeconds: Int64) throws(OptionError) {
        try OptionError.check(offsetSeconds: offsetSeconds)
        self.offsetSeconds = offsetSeconds
    }

    mutating func set(_ body: ControlBody) throws(OptionError) {
        switch (try body.integer("offsetSeconds"), try body.integer("advanceSeconds")) {
        case (let offset?, nil): self = try EmulatorClock(offsetSeconds: offset)
        case (nil, let advance?):
            try OptionError.check(offsetSeconds: advance)
            self = try EmulatorClock(offsetSeconds: offsetSeconds + advance)
        default: throw OptionError("either offsetSeconds or advanceSeconds is required")
        }
    }
}
