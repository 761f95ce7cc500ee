// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessionProtocol

/// A sign-in at the authority itself, shown on the terminal and waited for.
struct AuthoritySignIn {
    private let settings: CallSettings
    private let request: BeginSignIn
    private let isDetached: Bool

    /// So often it is looked whether somebody wants to interrupt it.
    private static let attention = Duration.milliseconds(250)

    /// - Parameter isDetached: Whether it goes on without this process.
    init(_ settings: CallSettings, _ request: BeginSignIn, isDetached: Bool) {
        (self.settings, self.request, self.isDetached) = (settings, request, isDetached)
    }

    /// Begins it, shows what the person needs, and waits for its end.
    ///
    /// - Throws: ``CommandFailure``: it ended otherwise than by signing in.
    func run() throws {
        guard !isDetached else {
            return try settings.call({ request }) { CommandAnswer(SignInText(request: $0.request).text) }
        }
        let signals = HeldSignals([SIGINT, SIGTERM, SIGHUP])
        // Before it begins: no end of it is missed.
        var follower = SessionFollower(path: try path())
        try awaitSnapshot(&follower)
        let (answer, json) = try begin()
        try settings.print(CommandAnswer(SignInText(request: answer.request).text), json)
        if request.signInMethod == .browser { return try complete(answer.request) }
        try follow(&follower, answer.request, signals)
    }

    private func begin() throws(CommandFailure) -> (response: SignInRequestAnswer, json: JSONValue) {
        do throws(ClientError) {
            return try settings.client().answer(to: request, deadline: settings.timeout)
        } catch {
            throw failure(error)
        }
    }

    private func awaitSnapshot(_ follower: inout SessionFollower) throws(CommandFailure) {
        let limit = ContinuousClock.now + (settings.timeout ?? .seconds(WireLimits.defaultDeadlineSeconds))
        guard let update = follower.next(until: limit) else {
            throw CommandFailure(timeIsUp: "sessiond has not answered")
        }
        if case .interrupted(let error) = update.change.cause { throw failure(error) }
    }

    private func follow(
        _ follower: inout SessionFollower, _ pending: SignInRequest, _ signals: borrowing HeldSignals
    ) throws {
        let limit = settings.timeout.map { ContinuousClock.now + $0 }
        while true {
            if signals.hasCome {
                cancel(pending)
                throw CommandFailure(.refused, name: "interrupted", "the sign-in was cancelled")
            }
            if let limit, limit <= .now {
                cancel(pending)
                throw CommandFailure(timeIsUp: "nobody has signed in")
            }
            let pause = ContinuousClock.now + AuthoritySignIn.attention
            guard let update = follower.next(until: limit.map { min($0, pause) } ?? pause) else { continue }
            if try isOver(update.change, pending) { return }
        }
    }

    // Whether it has ended well; what was missed meanwhile is told by the status.
    private func isOver(_ change: SessionChange, _ pending: SignInRequest) throws -> Bool {
        switch change.cause {
        case .interrupted(let error):
            guard error.mayPass else { throw failure(error) }
            return false
        case .event(let event):
            guard event.kind == .signInEnded, event.attempt == pending.attempt else { return false }
            return try end(event.outcome ?? .failed, change)
        case .snapshot, .gap, .resumed:
            guard let status = change.status, status.pendingSignIn?.attempt != pending.attempt else { return false }
            return try end(status.signedIn ? .signedIn : .expired, change)
        }
    }

    private func end(_ outcome: SignInOutcome, _ change: SessionChange) throws -> Bool {
        guard outcome == .signedIn else {
            let mayBeRepeated = outcome == .expired
            throw CommandFailure(
                mayBeRepeated ? .temporaryFailure : .refused, name: outcome.rawValue,
                "nobody was signed in: \(outcome.rawValue)",
                hint: outcome == .failed ? "sessionctl health, and the journal, say more" : nil)
        }
        guard let status = change.status else { return true }
        var writer = JSONWriter()
        status.write(to: &writer)
        let json = (try? JSONValue(parsing: writer.bytes)) ?? .null
        try settings.print(CommandAnswer(status.text), json)
        return true
    }

    private func complete(_ pending: SignInRequest) throws {
        do {
            let url = try SecretInput(name: "address", file: nil).read()
            let completion = CompleteSignIn(attempt: pending.attempt, callbackURL: url)
            try settings.call({ completion }) { CommandAnswer($0.text) }
        } catch let failure as CommandFailure where failure.sessionError?.name == .authorityRejected {
            // The customer's own no, or the provider's: no input of a script's is wrong, as a password would be.
            throw CommandFailure(.refused, name: failure.name, failure.message, hint: failure.hint)
        } catch {
            cancel(pending)
            throw error
        }
    }

    // Nobody is there any more who could be told that it did not work.
    private func cancel(_ pending: SignInRequest) {
        guard let client = try? settings.client() else { return }
        _ = try? client.call(CancelSignIn(attempt: pending.attempt), deadline: .seconds(2))
    }

    private func path() throws(CommandFailure) -> SocketPath {
        do throws(ClientError) { return try settings.path() } catch { throw failure(error) }
    }

    private func failure(_ error: ClientError) -> CommandFailure {
        CommandFailure(error, hasTimeout: settings.timeout != nil)
    }
}

/// Signals that wait for as long as this lives; then they do what they would have done.
private struct HeldSignals: ~Copyable {
    private let numbers: [Int32]
    private var before = sigset_t()

    init(_ numbers: [Int32]) {
        // Who has one ignored, as nohup(1) does, wants that to last.
        self.numbers = numbers
        var held = sigset_t()
        sigemptyset(&held)
        for number in numbers { sigaddset(&held, number) }
        pthread_sigmask(SIG_BLOCK, &held, &before)
    }

    deinit {
        var before = before
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    /// Whether one of them has come.
    var hasCome: Bool {
        var pending = sigset_t()
        sigpending(&pending)
        return numbers.contains { sigismember(&pending, $0) == 1 }
    }
}
