// SPDX-License-Identifier: Apache-2.0

/// A number as it was written, so that nothing of it is lost on the way through.
public struct JSONNumber: Sendable, Hashable {
    /// The number's text, RFC 8259 §6.
    public let text: String

    init(text: String) { self.text = text }

    /// The number of an integer.
    public init(_ integer: Int64) { text = String(integer) }

    /// The integer, where it is written as one (no fraction, no exponent) and fits.
    public var integer: Int64? { Int64(text) }

    /// The nearest floating-point number; `nil` beyond its range.
    public var double: Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }
}
