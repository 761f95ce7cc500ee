// SPDX-License-Identifier: Apache-2.0

extension EmulatorOptions {
    /// - Throws: ``OptionError`` for a lifetime or an offset beyond what times can be computed with.
    func checkSpans() throws(OptionError) {
        try EmulatorOptions.check(lifetimeSeconds: tokenLifetimeSeconds)
        try EmulatorOptions.check(offsetSeconds: clockOffsetSeconds)
    }

    static func check(lifetimeSeconds: Int64) throws(OptionError) {
        guard (1...spanSeconds.upperBound).contains(lifetimeSeconds) else {
            throw OptionError("the lifetime of a token is from 1 to \(spanSeconds.upperBound) seconds")
        }
    }

    static func check(offsetSeconds: Int64) throws(OptionError) {
        guard spanSeconds.contains(offsetSeconds) else {
            throw OptionError("the clock is shifted by at most \(spanSeconds.upperBound) seconds")
        }
    }
}
