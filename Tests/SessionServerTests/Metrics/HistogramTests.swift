// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import AccessRules
@testable import LineServer
@testable import SessionServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct HistogramTests {
    @Test func boundBelongsToTheBucketBelowIt() {
        var histogram = Histogram()
        for (_, span) in Histogram.bounds { histogram.note(span) }
        #expect(histogram.buckets == Array(repeating: 1, count: Histogram.bounds.count) + [0])
        for (_, span) in Histogram.bounds { histogram.note(span + .nanoseconds(1)) }
        #expect(histogram.buckets == [1] + Array(repeating: 2, count: Histogram.bounds.count - 1) + [1])
    }

    @Test func whatTookTheSameTimeIsNotedAtOnce() {
        var (one, other) = (Histogram(), Histogram())
        one.note(.milliseconds(3), times: 4)
        for _ in 0..<4 { other.note(.milliseconds(3)) }
        #expect(one.buckets == other.buckets && one.sum == .milliseconds(12))
    }
}

@Suite(.timeLimit(.minutes(10))) struct OpenMetricsTextTests {
    @Test func spansAreSecondsInNineDigits() {
        var text = OpenMetricsText()
        text.begin("a_seconds", .gauge, unit: "seconds", "A.")
        for span in [Duration.zero, .nanoseconds(1), .milliseconds(-1500), .seconds(3600)] { text.add(span) }
        let values = text.text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ")[1] }
        #expect(values == ["0.000000000", "0.000000001", "-1.500000000", "3600.000000000"])
    }
}
