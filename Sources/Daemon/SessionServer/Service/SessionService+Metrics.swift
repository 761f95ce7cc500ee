// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import LineServer
import SessionMachine
import SessionProtocol

extension SessionService {
    /// Everything that is counted and measured, as it is now.
    func metrics() -> MetricsAnswer {
        records.counts.noteUntimed()
        var text = OpenMetricsText()
        writeDaemon(to: &text)
        if case .available(let snapshot) = published.state { writeSession(snapshot, to: &text) }
        writeOwner(published.counts, to: &text)
        writeRequests(to: &text)
        writeConnections(to: &text)
        return MetricsAnswer(contentType: OpenMetricsText.contentType, text: text.text)
    }

    func wakeUpEnded() {
        if records.counts.isTimingDue { records.counts.timed(clock.boottime - now) }
    }

    private func writeDaemon(to text: inout OpenMetricsText) {
        text.begin("build", .info, "Which daemon this is.")
        text.add(1, [("version", Product.version), ("protocol", "\(ServerFacts.protocolVersion)")], suffix: "_info")
        text.begin("start_time_seconds", .gauge, unit: "seconds", "When the daemon started, since 1970.")
        text.add(facts.startedAt.wall.secondsSince1970)
        text.begin("ready", .gauge, "Whether a session can be used: ready of daemon.health.")
        text.add(health().ready ? 1 : 0)
        text.begin("log_lines_lost", .counter, "Log lines that the journal did not take in time.")
        text.add(life.hooks.lostLogLines(), suffix: "_total")
    }

    private func writeSession(_ snapshot: SessionSnapshot, to text: inout OpenMetricsText) {
        let now = clock.now()
        let status = snapshot.status(at: now)
        text.begin("session_state", .stateset, "What the session is: state of session.status.")
        text.add(state: status.state.rawValue, of: ["none", "anonymous", "simple", "signedIn", "expired"])
        text.begin("token_state", .stateset, "How the effective token stands: tokenState of session.status.")
        text.add(state: status.tokenState.rawValue, of: ["none", "expired", "stale", "refreshing", "valid"])
        if let expiry = status.expiresAt, let left = status.expiresInSeconds {
            text.begin(
                "token_expiry_timestamp_seconds", .gauge, unit: "seconds",
                "When the effective token ends by its authority's clock, since 1970.")
            text.add(expiry.secondsSince1970)
            text.begin("token_remaining_seconds", .gauge, unit: "seconds", "How long the effective token lives.")
            text.add(left)
        }
        text.begin(
            "authority_reachable", .gauge,
            "Whether the authority answered all that it was asked for, each when it was asked for that last.")
        text.add(status.authority.reachable ? 1 : 0, [("authority", status.authority.kind)])
        if let outage = snapshot.authorityOutage {
            text.begin(
                "authority_outage_timestamp_seconds", .gauge, unit: "seconds",
                "Since when the authority was asked in vain for what matters most of that, since 1970.")
            text.add(outage.since.secondsSince1970, [("call", outage.call.rawValue)])
        }
        if let end = snapshot.record.client?.issued.renewal.grant?.endsAt {
            text.begin(
                "grant_expiry_timestamp_seconds", .gauge, unit: "seconds",
                "When what the customer has granted ends by its authority's clock, since 1970.")
            text.add(end.secondsSince1970)
        }
        if let skew = status.authority.clockSkewSeconds {
            text.begin(
                "authority_clock_skew_seconds", .gauge, unit: "seconds",
                "How far the device's clock is ahead of the authority's.")
            text.add(skew)
        }
        text.begin("store_failing", .gauge, "Whether the session cannot be stored.")
        text.add(status.store.state == .failing ? 1 : 0)
        text.begin("store_sealed", .gauge, "Whether the stored session is encrypted.")
        text.add(status.store.sealed ? 1 : 0)
    }

    private func writeOwner(_ counts: SessionCounts, to text: inout OpenMetricsText) {
        text.begin("token_requests", .counter, "Tokens that the authority was asked for, and what came of it.")
        for (request, outcomes) in [("login", counts.logins), ("refresh", counts.refreshes)] {
            for (outcome, count) in outcomes.named {
                text.add(count, [("request", request), ("outcome", outcome)], suffix: "_total")
            }
        }
        text.begin(
            "sign_outs_to_tell", .counter, "Sign-outs that the authority was to be told of, and what came of it.")
        for fate in SignOutFate.allCases {
            text.add(counts.signOuts[fate, default: 0], [("outcome", fate.rawValue)], suffix: "_total")
        }
        text.begin("sign_ins", .counter, "Sign-ins at the authority that have ended, by outcome.")
        for outcome in SignInOutcome.all {
            text.add(counts.signIns[outcome, default: 0], [("outcome", outcome.rawValue)], suffix: "_total")
        }
        text.begin("sign_in_polls", .counter, "Questions to the authority what has become of a sign-in.")
        text.add(counts.polls, suffix: "_total")
        text.begin("store_errors", .counter, "Attempts to store the session that failed.")
        text.add(counts.storeErrors, suffix: "_total")
    }

    private func writeRequests(to text: inout OpenMetricsText) {
        text.begin("requests", .counter, "Requests by method and outcome: ok, or the error's name.")
        let outcomes = records.counts.outcomes.map { outcome, count in
            (method: outcome.method?.rawValue ?? "unknown", result: outcome.result, count: count)
        }
        for outcome in outcomes.sorted(by: { ($0.method, $0.result) < ($1.method, $1.result) }) {
            text.add(outcome.count, [("method", outcome.method), ("outcome", outcome.result)], suffix: "_total")
        }
        text.begin(
            "request_duration_seconds", .histogram, unit: "seconds",
            "How long requests took: those that were answered at once, and those that waited for something.")
        text.add(records.counts.immediate, [("answered", "immediately")])
        text.add(records.counts.deferred, [("answered", "later")])
        text.begin("denials", .counter, "Requests that were denied, by the capability that was missing.")
        for capability in Capability.allCases {
            text.add(
                records.counts.denials[capability, default: 0], [("capability", capability.rawValue)], suffix: "_total")
        }
        text.begin("session_changes", .counter, "What has changed, by kind and reason of the events.")
        for (name, count) in records.counts.changes.sorted(by: { $0.key.sortKey < $1.key.sortKey }) {
            text.add(count, [("kind", name.kind)] + (name.reason.map { [("reason", $0)] } ?? []), suffix: "_total")
        }
    }

    private func writeConnections(to text: inout OpenMetricsText) {
        text.begin("connections", .gauge, "Connections that are open.")
        text.add(loop?.connectionCount ?? 0)
        text.begin("watchers", .gauge, "Connections that watch the session.")
        text.add(watchers.connections.count)
        text.begin("connections_accepted", .counter, "Connections that were taken.")
        text.add(records.counts.acceptedConnections, suffix: "_total")
        text.begin("connection_faults", .counter, "Connections that were refused or ended, and why.")
        for fault in ConnectionFault.allCases {
            text.add(records.counts.faults[fault, default: 0], [("fault", fault.rawValue)], suffix: "_total")
        }
    }
}

extension SessionChange.Name {
    fileprivate var sortKey: String { "\(kind) \(reason ?? "")" }
}

extension AuthorityOutcomes {
    fileprivate var named: [(String, Int)] {
        [
            ("ok", ok), ("rejected", rejected), ("unavailable", unavailable), ("unsupported", unsupported),
            ("misconfigured", misconfigured),
        ]
    }
}
