// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc
import SessionProtocol
import SessiondLinux

/// Whether the wall clock can be right. Tokens do not depend on it; certificates do, and whoever reads the journal.
struct ClockCheck: DoctorCheck {
    static let name = "clock"
    /// So far the clock may be off before it is worth a word: no certificate and no journal suffers.
    static let tolerableSkewSeconds: Int64 = 60
    // As systemd decides it (timedatectl(1)): STA_UNSYNC may be set to keep the kernel from the hardware clock.
    private static let synchronisedMicroseconds: Int64 = 16_000_000

    /// The wall clock, in seconds since 1970.
    let now: Int64
    /// Before this it cannot be; in seconds since 1970.
    let earliest: Int64
    /// adjtimex(2) `maxerror`; `nil`: the kernel does not say.
    let maximumErrorMicroseconds: Int64?
    /// How far it is ahead of the authority's; `nil`: not known.
    let skewSeconds: Int64?
    /// Whether systemd does not run, as in most containers, which have the clock of their host.
    var isWithoutSystemd = false

    /// The kernel's clock; no build of this program is from the future.
    static func current(skewSeconds: Int64?, isWithoutSystemd: Bool) -> ClockCheck {
        let error = clinux_clock_maximum_error()
        return ClockCheck(
            now: Int64(time(nil)), earliest: (try? FileFacts("/proc/self/exe"))?.modifiedAt ?? 0,
            maximumErrorMicroseconds: error < 0 ? nil : error, skewSeconds: skewSeconds,
            isWithoutSystemd: isWithoutSystemd)
    }

    func examine() -> DoctorFinding {
        guard now >= earliest else {
            return .problem(
                "the clock is behind: it is \(Timestamp(secondsSince1970: now)), and this program was made later",
                hint: synchronise)
        }
        return DoctorFinding(worstOf: [skew, synchronisation].compactMap { $0 })
    }

    private var synchronise: String { ClockRemedy.text(hasSystemd: !isWithoutSystemd) }

    private var skew: DoctorFinding? {
        guard let skewSeconds else { return nil }
        let text = spanText(seconds: abs(skewSeconds))
        guard abs(skewSeconds) > ClockCheck.tolerableSkewSeconds else { return .ok("\(text) from the authority's") }
        let direction = skewSeconds > 0 ? "ahead of" : "behind"
        return .warning("the clock is \(text) \(direction) the authority's", hint: synchronise)
    }

    private var synchronisation: DoctorFinding {
        guard let maximumErrorMicroseconds else { return .skipped("the kernel does not say how exact the clock is") }
        guard maximumErrorMicroseconds < ClockCheck.synchronisedMicroseconds else {
            return .warning("the clock is not synchronised", hint: synchronise)
        }
        return .ok("synchronised")
    }
}
