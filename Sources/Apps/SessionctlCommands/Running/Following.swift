// SPDX-License-Identifier: Apache-2.0

import SessionClient
import SessionProtocol

/// Follows the session on the calling thread.
struct Following {
    private let settings: CallSettings

    /// Follows as the options say.
    init(_ settings: CallSettings) { self.settings = settings }

    /// Prints each change, until the process is ended or nobody reads any more.
    ///
    /// - Throws: ``CommandFailure`` where it cannot begin, or an administrator has to do something before it can go on;
    ///   ``NegativeAnswer`` where its reader has left, which a reader of a watch does when it has seen enough.
    func printChanges(since: Int64?) throws {
        let audience = Audience(of: StandardStream.output.descriptor)
        var follower = SessionFollower(path: try path(), since: since, audience: audience)
        let begin = ContinuousClock.now + (settings.timeout ?? .seconds(WireLimits.defaultDeadlineSeconds))
        var hasBegun = false
        while let update = follower.next(until: hasBegun ? nil : begin) {
            if case .interrupted(let error) = update.change.cause {
                guard hasBegun, error.mayPass else { throw failure(error) }
                let warning = "warning: \(error.message); it is tried again"
                StandardStream.error.writeIgnoringErrors(Display.error.line(warning) + "\n")
            } else {
                hasBegun = true
                do { try settings.print(CommandAnswer(update.text), update.json) } catch {
                    throw audience.isGone ? NegativeAnswer(status: .outputError) : error
                }
            }
        }
        if audience.isGone { throw NegativeAnswer(status: .outputError) }
        throw CommandFailure(timeIsUp: "sessiond has not answered")
    }

    /// Waits until the session is as wanted, and prints its state.
    ///
    /// - Parameter what: How it is as long as it is not.
    /// - Throws: ``CommandFailure`` where the time was up first, or waiting would not help.
    func await(orElse what: String, where isMet: (SessionStatus) -> Bool) throws {
        var follower = SessionFollower(path: try path())
        let end = settings.timeout.map { ContinuousClock.now + $0 }
        var interruption: CommandFailure?
        while let update = follower.next(until: end) {
            if case .interrupted(let error) = update.change.cause {
                guard error.mayPass else { throw failure(error) }
                interruption = CommandFailure(timeIsUp: what, error)
            } else {
                interruption = nil
                guard let status = update.change.status, isMet(status) else { continue }
                let json = update.json["snapshot"] ?? update.json["status"] ?? .null
                return try settings.print(CommandAnswer(status.state.rawValue), json)
            }
        }
        throw interruption ?? CommandFailure(timeIsUp: what)
    }

    private func path() throws(CommandFailure) -> SocketPath {
        do throws(ClientError) { return try settings.path() } catch { throw failure(error) }
    }

    private func failure(_ error: ClientError) -> CommandFailure {
        CommandFailure(error, hasTimeout: settings.timeout != nil)
    }
}

extension SessionFollower.Update {
    /// The change as one line for people, with the time of day at which it came.
    var text: String {
        let time = Timestamp.now.timeOfDay
        let session = change.status.map { ": \($0.state.rawValue), \($0.uuid), generation \($0.generation)" } ?? ""
        return "\(time) \(what)\(session)"
    }

    private var what: String {
        switch change.cause {
        case .snapshot: json["resumed"]?.bool == true ? "resumed" : "snapshot"
        case .gap: "gap"
        case .resumed: "resumed"
        case .event(let event): event.text
        case .interrupted(let error): error.message
        }
    }
}

extension SessionEvent {
    fileprivate var text: String {
        let seconds = (atSeconds ?? expiresInSeconds).map { kind == .signInPending ? "for \($0) s" : "in \($0) s" }
        let words: [String?] = [kind.rawValue, method, outcome?.rawValue, reason, what, seconds]
        return words.compactMap(\.self).joined(separator: " ")
    }
}
