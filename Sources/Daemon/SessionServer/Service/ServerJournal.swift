// SPDX-License-Identifier: Apache-2.0

import AccessRules
import DeviceSession
import LineServer
import Logging
import SessionMachine
import SessionProtocol

/// What the server writes to the journal: who did what, never what with.
struct ServerJournal {
    private let logger: Logger
    private var denials: [CallerIdentity: (count: Int, since: Duration)] = [:]
    /// When it has to be said how many denials were not written; `nil`: there are none.
    private(set) var nextReport: Duration?
    private var saidUnsupported = false

    init(logger: Logger) { self.logger = logger }

    /// Denials of one user, and of pages of one origin with that user, that are written a minute; the rest is counted.
    static let denialsPerMinute = 10
    private static let minute = Duration.seconds(60)

    func changed(_ change: SessionChange, generation: Int64) {
        var fields: Logger.Metadata = ["SESSION_GENERATION": "\(generation)"]
        fields["REASON"] = change.reason.map { "\($0)" }
        write(change.event, .notice, change.text, fields)
    }

    func store(_ failure: StoreFailure?) {
        if let failure {
            let hint = failure.hint.map { " (\($0))" } ?? ""
            write(.storeFailed, .error, "the session cannot be stored: \(failure.description)\(hint)", [:])
        } else {
            write(.storeRecovered, .notice, "the session can be stored again", [:])
        }
    }

    mutating func signOutEnded(_ fate: SignOutFate) {
        if fate.isHeard { return }
        // It never will: to say so of every customer would tell nobody anything.
        if fate == .unsupported {
            guard !saidUnsupported else { return }
            saidUnsupported = true
        }
        write(
            .signOutUntold, .warning, "the authority does not hear of a sign-out: \(fate.reason)",
            ["REASON": "\(fate.rawValue)"])
    }

    func locked(_ error: SessionError) {
        write(.storeLocked, .error, "\(error.message)" + (error.hint.map { " (\($0))" } ?? ""), [:])
    }

    func answered(_ method: Method, by caller: Caller, outcome: ErrorName?, generation: Int64?) {
        var fields = ServerJournal.fields(of: caller, method)
        fields["OUTCOME"] = "\(outcome?.rawValue ?? "ok")"
        fields["SESSION_GENERATION"] = generation.map { "\($0)" }
        write(.mutation, .info, "\(method.rawValue) by \(caller.identity): \(outcome?.rawValue ?? "ok")", fields)
    }

    func tokenRead(by caller: Caller, generation: Int64) {
        var fields = ServerJournal.fields(of: caller, .retrieveToken)
        fields["SESSION_GENERATION"] = "\(generation)"
        write(.tokenRead, .info, "token given to \(caller.identity)", fields)
    }

    func reloaded(_ result: Result<ReloadAnswer, SessionError>, by requester: Requester) {
        var fields = ServerJournal.fields(of: requester)
        switch result {
        case .success(let answer):
            fields["OUTCOME"] = "ok"
            fields["SETTINGS_APPLIED"] = "\(answer.applied.joined(separator: " "))"
            fields["SETTINGS_PENDING"] = "\(answer.needsRestart.joined(separator: " "))"
            write(.reloaded, .notice, "configuration reloaded by \(requester): \(answer.summary)", fields)
        case .failure(let error):
            fields["OUTCOME"] = "\(error.name.rawValue)"
            let text = "configuration not reloaded, as \(requester) asked: \(error.message)"
            write(.reloaded, .error, text, fields)
        }
    }

    /// Says so at a level that is logged, whatever the level is now.
    func logLevelChanged(_ level: Logger.Level, by peer: Peer) {
        var fields = ServerJournal.fields(ofPeer: peer, .setLogLevel)
        fields["OUTCOME"] = "ok"
        write(
            .logLevelChanged, max(level, .notice), "log level changed to \(level.rawValue) by user \(peer.uid)", fields)
    }

    /// Why something was denied.
    enum Denial {
        /// The right to it is missing.
        case lacks(Capability)
        /// Whoever speaks for pages may not call it.
        case notForPages
        /// No line is for pages of that origin, which the caller has made up or has not.
        case unlisted(WebOrigin)
    }

    /// Counts for the caller's identity, which nobody can make up: an origin that is not listed is none.
    mutating func denied(_ method: Method, _ denial: Denial, to caller: Caller, at now: Duration) {
        reportDenials(at: now)
        let identity = caller.identity
        let count = (denials[identity]?.count ?? 0) + 1
        denials[identity] = (count, denials[identity]?.since ?? now)
        nextReport = nextReport ?? now + ServerJournal.minute
        guard count <= ServerJournal.denialsPerMinute else { return }
        var fields = ServerJournal.fields(of: caller, method)
        fields["REASON"] = "\(denial.reason)"
        fields["OUTCOME"] = "\(ErrorName.permissionDenied.rawValue)"
        if case .unlisted(let origin) = denial { fields["PEER_ORIGIN"] = "\(origin)" }
        write(.denied, .warning, "\(method.rawValue) denied to \(identity): \(denial.text)", fields)
    }

    /// Says how many denials were not written, of each user whose minute is over; at `nil`, of all.
    mutating func reportDenials(at now: Duration?) {
        if let now, now < nextReport ?? now + ServerJournal.minute { return }
        for (identity, record) in denials where now.map({ $0 - record.since >= ServerJournal.minute }) ?? true {
            reportSuppressed(record.count, identity)
            denials[identity] = nil
        }
        nextReport = denials.values.map(\.since).min().map { $0 + ServerJournal.minute }
    }

    private func reportSuppressed(_ count: Int, _ identity: CallerIdentity) {
        let more = count - ServerJournal.denialsPerMinute
        guard more > 0 else { return }
        var fields: Logger.Metadata = ["PEER_UID": "\(identity.user)"]
        fields["PEER_ORIGIN"] = identity.origin.map { "\($0)" }
        write(.denied, .warning, "\(more) more calls of \(identity) were denied", fields)
    }

    func write(_ event: JournalEvent, _ level: Logger.Level, _ text: String, _ fields: Logger.Metadata) {
        var fields = fields
        fields["MESSAGE_ID"] = "\(event.rawValue)"
        logger.log(level: level, "\(text)", metadata: fields)
    }

    private static func fields(of requester: Requester) -> Logger.Metadata {
        switch requester {
        case .peer(let peer): fields(ofPeer: peer, .reload)
        case .signal(let pid, let uid): ["PEER_UID": "\(uid)", "PEER_PID": "\(pid)"]
        }
    }

    private static func fields(of caller: Caller, _ method: Method) -> Logger.Metadata {
        var fields = fields(ofPeer: caller.peer, method)
        // What the caller says it speaks for, and of a form that can hold nothing else.
        fields["PEER_ORIGIN"] = caller.origin.map { "\($0)" }
        return fields
    }

    private static func fields(ofPeer peer: Peer, _ method: Method) -> Logger.Metadata {
        [
            "SESSION_METHOD": "\(method.rawValue)", "PEER_UID": "\(peer.uid)", "PEER_GID": "\(peer.gid)",
            "PEER_PID": "\(peer.pid)",
        ]
    }
}

extension ServerJournal.Denial {
    fileprivate var reason: String {
        switch self {
        case .lacks(let capability): capability.rawValue
        case .notForPages: "notForPages"
        case .unlisted: "unlistedOrigin"
        }
    }

    fileprivate var text: String {
        switch self {
        case .lacks(let capability): "no right to \(capability.rawValue)"
        case .notForPages: "not for pages"
        case .unlisted(let origin): "there is no line for pages of \(origin)"
        }
    }
}

extension Requester: CustomStringConvertible {
    /// Who that is, and how they ask.
    var description: String {
        switch self {
        case .peer(let peer): "user \(peer.uid)"
        case .signal(_, let uid): "SIGHUP of user \(uid)"
        }
    }
}

extension ReloadAnswer {
    fileprivate var summary: String {
        let changes = applied.isEmpty ? "nothing has changed" : "\(applied.joined(separator: ", ")) applied"
        let rest = needsRestart.isEmpty ? "" : "; \(needsRestart.joined(separator: ", ")) after a restart"
        let end = (endsSession ? "; the session has ended for it" : "")
        return changes + rest + (restartEndsSession ? ", which ends the session" : "") + end + credentialsNote
    }
}

extension ReloadAnswer {
    // An administrator who has put another key into a credential waits for it in vain.
    fileprivate var credentialsNote: String {
        guard !credentials.isEmpty else { return "" }
        let end = newCredentialEndsSession ? ", which ends the session where the key is another one" : ""
        return "; credential \(credentials.joined(separator: ", ")) read at a restart only\(end)"
    }
}

extension SignOutFate {
    fileprivate var reason: String {
        switch self {
        case .delivered, .rejected: "it has heard of it"
        case .unsupported: "it does not know the call"
        case .expired: "the token ended before it could be told"
        case .authorityChanged: "there is another authority or API key now"
        case .outboxFull: "too many wait to be told already, since it cannot be reached"
        }
    }
}

extension SessionChange {
    fileprivate var event: JournalEvent {
        switch self {
        case .signedOut: .signedOut
        case .uuidChanged: .uuidChanged
        case .identityChanged: .identityChanged
        case .signedIn: .signedIn
        case .signInPending: .signInPending
        case .signInEnded: .signInEnded
        case .tokenRefreshed: .tokenRefreshed
        case .expiringSoon, .expiringSoonWithdrawn: .expiringSoon
        case .authorityState: .authorityState
        }
    }

    fileprivate var text: String {
        switch self {
        case .signedOut(let reason): "the customer's session ended: \(reason.rawValue)"
        case .uuidChanged(let reason): "there is a new UUID: \(reason.rawValue)"
        case .identityChanged: "the customer's labels changed"
        case .signedIn(let origin): "a customer was authenticated: \(origin.rawValue)"
        case .signInPending(attempt: _, let method, let seconds):
            "a sign-in waits for the person: \(method.rawValue), for \(seconds) s"
        case .signInEnded(attempt: _, let outcome, let reason, let message):
            "the sign-in at the authority has ended: \(outcome.rawValue)" + (reason.map { " (\($0.rawValue))" } ?? "")
                + (message.map { ": \($0)" } ?? "")
        case .tokenRefreshed: "the token was refreshed"
        case .expiringSoon(let reason, let seconds): "the session ends in \(seconds) s: \(reason.rawValue)"
        case .expiringSoonWithdrawn(let reason): "the session does not end soon after all: \(reason.rawValue)"
        case .authorityState(reachable: true, because: _): "the authority answers"
        case .authorityState(reachable: false, because: let failure):
            "the authority does not answer" + (failure.map { ": \($0.message)" } ?? "")
                + (failure?.hint.map { " (\($0))" } ?? "")
        }
    }
}
