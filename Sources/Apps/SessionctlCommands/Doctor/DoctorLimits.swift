// SPDX-License-Identifier: Apache-2.0

/// How long `sessionctl doctor` waits for what may hang.
///
/// It has four steps: it asks the daemon, then systemd, then it reads the configuration, then all checks are made at the
/// same time. So it ends within four times ``step``, whatever hangs.
struct DoctorLimits: Sendable, Equatable {
    /// What a step may take without `--timeout`.
    static let standardStep = Duration.seconds(5)
    /// So much longer is waited for what bounds itself by ``step``, such as another program, which is ended then.
    static let grace = Duration.milliseconds(500)

    /// What each step may take.
    let step: Duration

    /// When a step is left to itself.
    var withGrace: Duration { step + DoctorLimits.grace }
    /// As it is shown: `5 s`.
    var text: String { DoctorLimits.text(step) }

    /// A limit in seconds, with as many digits as it needs: `5 s`, `0.1 s`.
    static func text(_ limit: Duration) -> String {
        let (seconds, attoseconds) = limit.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard milliseconds > 0 else { return "\(seconds) s" }
        var digits = String(1_000 + milliseconds).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(seconds).\(digits) s"
    }
}
