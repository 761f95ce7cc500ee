// SPDX-License-Identifier: Apache-2.0

extension ValueForm<Duration> {
    /// A time span within bounds.
    static func timeSpan(_ range: ClosedRange<Duration>) -> ValueForm {
        ValueForm(
            description: "a time span such as 90, 30s or 1h 30min, \(bounds(range))",
            parse: { (value) throws(InvalidValue) in
                guard case .finite(let duration) = try TimeSpan.parse(value.text) else {
                    throw InvalidValue("infinity is not possible here")
                }
                guard range.contains(duration) else { throw InvalidValue("out of range") }
                return duration
            },
            format: { TimeSpan.format($0) }
        )
    }

    fileprivate static func bounds(_ range: ClosedRange<Duration>) -> String {
        "from \(TimeSpan.format(range.lowerBound)) to \(TimeSpan.format(range.upperBound))"
    }
}

extension ValueForm<Duration?> {
    /// A time span within bounds, or none: `0` and `infinity`.
    static func timeSpanOrNever(_ range: ClosedRange<Duration>) -> ValueForm {
        let bounds = ValueForm<Duration>.bounds(range)
        return ValueForm(
            description: "0 or infinity for never, or a time span such as 90, 30s or 1h 30min, \(bounds)",
            parse: { (value) throws(InvalidValue) in
                guard case .finite(let duration) = try TimeSpan.parse(value.text), duration != .zero else { return nil }
                guard range.contains(duration) else { throw InvalidValue("out of range") }
                return duration
            },
            format: { $0.map(TimeSpan.format) ?? "0" }
        )
    }
}
