// SPDX-License-Identifier: Apache-2.0

/// How often something took how long.
struct Histogram {
    /// The upper bounds of the buckets but the last, which has none: as OpenMetrics writes them, and as spans.
    static let bounds: [(text: String, span: Duration)] = [
        ("1e-05", .microseconds(10)), ("5e-05", .microseconds(50)), ("0.0001", .microseconds(100)),
        ("0.0005", .microseconds(500)), ("0.001", .milliseconds(1)), ("0.005", .milliseconds(5)),
        ("0.01", .milliseconds(10)), ("0.05", .milliseconds(50)), ("0.1", .milliseconds(100)),
        ("0.5", .milliseconds(500)), ("1.0", .seconds(1)), ("5.0", .seconds(5)), ("30.0", .seconds(30)),
    ]

    /// How many fell into each bucket; the last one has what is beyond all bounds.
    private(set) var buckets = [Int](repeating: 0, count: bounds.count + 1)
    /// All of it together.
    private(set) var sum = Duration.zero

    /// Notes that something took so long, so many times.
    mutating func note(_ span: Duration, times: Int = 1) {
        var bucket = 0
        while bucket < Histogram.bounds.count, span > Histogram.bounds[bucket].span { bucket += 1 }
        buckets[bucket] += times
        sum += span * times
    }
}
