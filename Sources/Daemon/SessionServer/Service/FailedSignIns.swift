// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// Sign-ins that failed, by user and, of pages, by origin: who goes on guessing waits longer and longer, and nobody else waits at all.
///
/// Nothing is held up for it: a sign-in before its time is refused at once, whatever it would have given.
struct FailedSignIns {
    private struct Record {
        /// How many, in a row.
        var count = 0
        var latest: Duration
    }

    /// What a password, a provider's token or the like is guessed with; and Simple Authentication, which asks for no
    /// secret, but goes on reaching the authority where that says no to it.
    static let guessable: Set<Method> = [.signIn, .authenticate, .deleteAccount, .simpleAuthenticate]
    /// The first wait; each further failure doubles it.
    static let firstWait = Duration.seconds(1)
    /// When a caller's failures are forgotten: so long after the last one.
    static let memory = Duration.seconds(3600)
    /// How many callers are remembered; beyond that, the one who failed longest ago is forgotten.
    static let maximumCallers = 1024

    var limits = ServerLimits()
    private var records: [CallerIdentity: Record] = [:]

    /// How long a caller has to wait; `nil`: not at all.
    func wait(of caller: CallerIdentity, at now: Duration) -> Duration? {
        guard let record = records[caller], record.count >= limits.failedSignIns else { return nil }
        // Long before so many doublings the longest wait is reached.
        let doublings = min(record.count - limits.failedSignIns, 30)
        let wait = min(FailedSignIns.firstWait * (1 << doublings), limits.failedSignInDelay)
        let left = record.latest + wait - now
        return left > .zero ? left : nil
    }

    /// Notes that the authority refused what a caller had given.
    mutating func failed(_ caller: CallerIdentity, at now: Duration) {
        records = records.filter { now - $0.value.latest < FailedSignIns.memory }
        if records[caller] == nil, records.count >= FailedSignIns.maximumCallers,
            let oldest = records.min(by: { $0.value.latest < $1.value.latest })
        {
            records[oldest.key] = nil
        }
        records[caller, default: Record(latest: now)].count += 1
        records[caller]?.latest = now
    }

    /// Notes that a caller has signed somebody in.
    mutating func succeeded(_ caller: CallerIdentity) { records[caller] = nil }

    /// How many callers are remembered.
    var callerCount: Int { records.count }
}
