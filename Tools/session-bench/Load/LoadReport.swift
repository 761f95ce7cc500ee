// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// What came of a load.
struct LoadReport {
    var latencies = LatencyHistogram()
    /// Answers that were no results, and connections that ended before their answers came.
    var failures = 0
    /// Requests that were due and not sent, because too many waited already.
    var skipped = 0
    /// Changes that watchers were told of, all of theirs together.
    var events = 0
    /// How long it was measured.
    var nanoseconds: UInt64 = 0

    /// One line: counts, the rate, and latencies in nanoseconds.
    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("requests", latencies.count)
        writer.member("failures", failures)
        writer.member("skipped", skipped)
        writer.member("events", events)
        writer.member("nanoseconds", nanoseconds)
        writer.member("requestsPerSecond", UInt64(Double(latencies.count) / (Double(nanoseconds) / 1e9)))
        writer.object("latencyNanoseconds") { writer in
            writer.member("p50", latencies.quantile(0.5))
            writer.member("p99", latencies.quantile(0.99))
            writer.member("p999", latencies.quantile(0.999))
            writer.member("maximum", latencies.maximum)
        }
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
