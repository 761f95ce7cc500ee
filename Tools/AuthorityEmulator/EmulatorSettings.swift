// SPDX-License-Identifier: Apache-2.0

/// The spans that a flag or a control call may give, in seconds: some 3,000 years.
package let spanSeconds: ClosedRange<Int64> = -100_000_000_000...100_000_000_000

/// How an emulator is set up, whatever it emulates; the defaults are those of the command line.
package struct EmulatorSettings<Authority: EmulatedAuthority>: Sendable {
    /// The port on 127.0.0.1; 0 lets the kernel choose.
    package var port: UInt16
    /// Whether answers have a `Date`.
    package var statesDate: Bool
    /// The faults from the start.
    package var faults: [AuthorityFault<Authority>]
    /// The file that the log is appended to; `nil`: it is kept in memory only.
    package var logFile: String?

    /// Those settings.
    package init(port: UInt16, statesDate: Bool, faults: [AuthorityFault<Authority>], logFile: String?) {
        (self.port, self.statesDate, self.faults, self.logFile) = (port, statesDate, faults, logFile)
    }
}

extension OptionError {
    /// - Throws: ``OptionError`` for a lifetime beyond what times can be computed with.
    package static func check(lifetimeSeconds: Int64) throws(OptionError) {
        guard (1...spanSeconds.upperBound).contains(lifetimeSeconds) else {
            throw OptionError("the lifetime of a token is from 1 to \(spanSeconds.upperBound) seconds")
        }
    }

    /// - Throws: ``OptionError`` for an offset beyond what times can be computed with.
    package static func check(offsetSeconds: Int64) throws(OptionError) {
        guard spanSeconds.contains(offsetSeconds) else {
            throw OptionError("the clock is shifted by at most \(spanSeconds.upperBound) seconds")
        }
    }
}
