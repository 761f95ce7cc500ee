// SPDX-License-Identifier: Apache-2.0

/// Text in the form of OpenMetrics 1.0, family by family.
struct OpenMetricsText {
    /// The types of families that are used here.
    enum Kind: String {
        case counter, gauge, histogram, info, stateset
    }

    /// What the form is called in HTTP.
    static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    /// What every name begins with.
    private static let prefix = "sessiond_"

    private var lines: [String] = []
    private var family = ""

    /// The text, with the line that ends it.
    var text: String { (lines + ["# EOF"]).map { $0 + "\n" }.joined() }

    /// Begins a family; a name ends with its unit, and lacks the suffixes of its samples.
    ///
    /// The names and helps are this module's own: nothing in them needs an escape.
    mutating func begin(_ name: String, _ kind: Kind, unit: String? = nil, _ help: String) {
        family = OpenMetricsText.prefix + name
        lines.append("# TYPE \(family) \(kind.rawValue)")
        if let unit { lines.append("# UNIT \(family) \(unit)") }
        lines.append("# HELP \(family) \(help)")
    }

    /// Adds a sample to the family.
    mutating func add(_ value: some BinaryInteger, _ labels: [(String, String)] = [], suffix: String = "") {
        add(text: "\(value)", labels, suffix)
    }

    /// Adds a span, in seconds.
    mutating func add(_ span: Duration, _ labels: [(String, String)] = [], suffix: String = "") {
        add(text: OpenMetricsText.seconds(span), labels, suffix)
    }

    /// Adds a state: 1 for what it is, 0 for what else it might be.
    mutating func add(state: String, of states: [String]) {
        for each in states { add(each == state ? 1 : 0, [(family, each)]) }
    }

    /// Adds a histogram.
    mutating func add(_ histogram: Histogram, _ labels: [(String, String)]) {
        var total = 0
        for (count, bound) in zip(histogram.buckets, Histogram.bounds.map(\.text) + ["+Inf"]) {
            total += count
            add(total, labels + [("le", bound)], suffix: "_bucket")
        }
        add(total, labels, suffix: "_count")
        add(histogram.sum, labels, suffix: "_sum")
    }

    private mutating func add(text: String, _ labels: [(String, String)], _ suffix: String) {
        let inside = labels.map { "\($0)=\"\($1)\"" }.joined(separator: ",")
        lines.append("\(family)\(suffix)\(labels.isEmpty ? "" : "{\(inside)}") \(text)")
    }

    private static func seconds(_ span: Duration) -> String {
        let (seconds, attoseconds) = span.components
        let sign = seconds < 0 || attoseconds < 0 ? "-" : ""
        let digits = String(abs(attoseconds) / 1_000_000_000)
        return "\(sign)\(abs(seconds))." + String(repeating: "0", count: 9 - digits.count) + digits
    }
}
