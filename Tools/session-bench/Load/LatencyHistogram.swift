// SPDX-License-Identifier: Apache-2.0

/// How often which latency was seen, to within 1.6 %, however many there are.
struct LatencyHistogram {
    // Every power of two has as many buckets; values below that number have one each.
    private static let bucketsPerPower: UInt64 = 64
    private static let bucketBits = 6

    private var counts = [UInt64](repeating: 0, count: 60 * Int(bucketsPerPower))
    private(set) var count: UInt64 = 0
    private(set) var maximum: UInt64 = 0

    mutating func record(nanoseconds: UInt64) {
        counts[LatencyHistogram.index(of: nanoseconds)] += 1
        count += 1
        maximum = max(maximum, nanoseconds)
    }

    /// The latency that a share of all does not exceed, in nanoseconds; 0 where there is none.
    func quantile(_ share: Double) -> UInt64 {
        let wanted = max(1, UInt64((share * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for (index, occurrences) in counts.enumerated() {
            seen += occurrences
            if seen >= wanted { return min(LatencyHistogram.largest(in: index), maximum) }
        }
        return maximum
    }

    private static func index(of value: UInt64) -> Int {
        guard value >= bucketsPerPower else { return Int(value) }
        let shift = UInt64.bitWidth - 1 - value.leadingZeroBitCount - bucketBits
        return shift * Int(bucketsPerPower) + Int(value >> UInt64(shift))
    }

    private static func largest(in index: Int) -> UInt64 {
        guard index >= 2 * Int(bucketsPerPower) else { return UInt64(index) }
        let shift = UInt64(index) / bucketsPerPower - 1
        return (UInt64(index) - shift * bucketsPerPower + 1) << shift - 1
    }
}
