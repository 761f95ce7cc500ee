// SPDX-License-Identifier: Apache-2.0

import LineServer
import SessionMachine
import SessionProtocol

/// What the service has done since it began: plain integers on the loop's thread, written out when somebody asks.
///
/// The keys are fixed names of the protocol. Nothing that a caller sends becomes one.
struct ServiceCounts {
    /// A method, and what became of it.
    struct Outcome: Hashable {
        /// `nil`: the line named none.
        var method: Method?
        /// `ok`, or the error's name.
        var result: String
    }

    /// The plain reads that were answered from prepared bytes: an addition is all that they cost.
    var preparedTokens = 0
    var preparedStatuses = 0
    var preparedUUIDs = 0
    /// Everything else.
    private var others: [Outcome: Int] = [:]

    /// How long those took that were answered at once: from the loop's wake-up until all of its answers were written.
    ///
    /// A clock is read for it once in ``answersPerTiming`` answers: those before, since the last time, took as long.
    private(set) var immediate = Histogram()
    /// How long those took that waited for the session's owner.
    private(set) var deferred = Histogram()
    /// Of ``others``, those that were answered at once.
    private var othersAtOnce = 0
    private var notedAtOnce = 0
    private var lastSpan = Duration.zero
    private static let answersPerTiming = 64

    private(set) var denials: [Capability: Int] = [:]
    private(set) var faults: [ConnectionFault: Int] = [:]
    private(set) var changes: [SessionChange.Name: Int] = [:]
    var acceptedConnections = 0

    static let ok = "ok"

    /// Notes what a request was answered with that needed a second look; `nil`: a result.
    mutating func answered(_ method: Method?, _ error: ErrorName?) {
        count(method, error)
        othersAtOnce += 1
    }

    /// Notes the end of a request that waited.
    mutating func completed(_ method: Method, _ error: ErrorName?, after span: Duration) {
        count(method, error)
        deferred.note(span)
    }

    /// Notes a request whose caller has gone: it has no answer.
    mutating func abandoned(_ method: Method) { others[Outcome(method: method, result: "abandoned"), default: 0] += 1 }

    mutating func denied(_ capability: Capability) { denials[capability, default: 0] += 1 }

    mutating func failed(_ fault: ConnectionFault) { faults[fault, default: 0] += 1 }

    mutating func changed(_ change: SessionChange) { changes[change.name, default: 0] += 1 }

    /// Whether it has to be noted how long this wake-up took.
    var isTimingDue: Bool {
        // The first answer, and what comes after so many: by number and not by time, which would cost more to know.
        answeredAtOnce - notedAtOnce >= (notedAtOnce == 0 ? 1 : ServiceCounts.answersPerTiming)
    }

    /// Notes how long the wake-up took.
    mutating func timed(_ span: Duration) {
        lastSpan = span
        noteUntimed()
    }

    /// Notes what was answered at once since a wake-up was timed.
    mutating func noteUntimed() {
        guard answeredAtOnce != notedAtOnce else { return }
        immediate.note(lastSpan, times: answeredAtOnce - notedAtOnce)
        notedAtOnce = answeredAtOnce
    }

    /// How often each outcome was, in no order.
    var outcomes: [Outcome: Int] {
        var outcomes = others
        for (method, count) in [
            (Method.retrieveToken, preparedTokens), (.status, preparedStatuses), (.getUUID, preparedUUIDs),
        ] where count > 0 {
            outcomes[Outcome(method: method, result: ServiceCounts.ok), default: 0] += count
        }
        return outcomes
    }

    private var answeredAtOnce: Int { preparedTokens + preparedStatuses + preparedUUIDs + othersAtOnce }

    private mutating func count(_ method: Method?, _ error: ErrorName?) {
        others[Outcome(method: method, result: error?.rawValue ?? ServiceCounts.ok), default: 0] += 1
    }
}

extension SessionChange {
    /// Kind and reason.
    struct Name: Hashable {
        var kind: String
        var reason: String?
    }

    fileprivate var name: Name { Name(kind: kind.rawValue, reason: reason) }
}
