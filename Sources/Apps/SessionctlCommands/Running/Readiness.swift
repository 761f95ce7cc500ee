// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessionProtocol

/// Asks the daemon over and over, with growing pauses, whether it can do its work.
struct Readiness {
    private let settings: CallSettings
    private let deadline: ContinuousClock.Instant

    /// The time begins now.
    init(_ settings: CallSettings) {
        self.settings = settings
        deadline = .now + (settings.timeout ?? .seconds(WireLimits.defaultDeadlineSeconds))
    }

    /// Waits until it can, and prints its answer.
    ///
    /// - Throws: ``CommandFailure`` where the time was up first, or waiting would not help.
    func await() throws {
        var last: CommandFailure?
        do {
            let client = try settings.client()
            var backoff = Backoff()
            while let failure = try ask(client) {
                last = failure
                guard pause(backoff.pause()) else { throw failure }
            }
        } catch let error as ClientError {
            // A last question for which there was no time left says less than what stood in the way before.
            if error.code == .timedOut, let last { throw last }
            throw CommandFailure(error, hasTimeout: true)
        }
    }

    // Why it cannot yet; `nil`: it can, and that is printed.
    private func ask(_ client: BlockingSessionClient) throws -> CommandFailure? {
        do {
            let (health, json) = try client.answer(to: GetHealth(), deadline: max(left, .milliseconds(1)))
            guard health.ready else { return CommandFailure(notReady: health) }
            let problems = health.problems.map(\.text).joined(separator: "; ")
            try settings.print(CommandAnswer(problems.isEmpty ? "ready" : "ready, degraded: \(problems)"), json)
            return nil
        } catch let error as ClientError where error.mayPass {
            return CommandFailure(timeIsUp: "sessiond is not ready", error)
        }
    }

    private var left: Duration { deadline - .now }

    // Whether there was time for it.
    private func pause(_ pause: Duration) -> Bool {
        let left = left
        guard left > .zero else { return false }
        usleep(useconds_t(min(pause, left) / .microseconds(1)))
        return true
    }
}

extension CommandFailure {
    fileprivate init(notReady health: HealthAnswer) {
        self.init(timeIsUp: (["sessiond is not ready"] + health.problems.map(\.text)).joined(separator: "; "))
    }
}
