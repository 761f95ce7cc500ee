// SPDX-License-Identifier: Apache-2.0

import SessionMachine
import SessionProtocol

/// A time during which the authority answers nobody.
struct Outage: Sendable {
    /// When it begins, counted from midnight.
    var start: Duration
    /// When it is over.
    var end: Duration
    /// How many times the steady mean the requests of a minute may reach from its start on.
    var allowedPeak: Double
    /// Which part of the client tokens may run out because of it.
    var allowedLosses: Double

    /// An outage of so many minutes.
    init(at start: Duration, minutes: Int, allowedPeak: Double, allowedLosses: Double) {
        (self.start, end) = (start, start + .seconds(60 * minutes))
        (self.allowedPeak, self.allowedLosses) = (allowedPeak, allowedLosses)
    }
}

/// What happens on the day that is simulated, the same for every device.
///
/// The hard case throughout: the whole fleet is powered up within two minutes and signs in at once, so that all tokens
/// end together, and the outages are the authority's. (Where it is the devices' network that comes back, they all ask
/// within 30 s of that (docs/behaviour.md, P13); a whole fleet has no single network.)
struct Day: Sendable {
    /// What becomes of tokens that run out.
    enum Tokens: String, Sendable {
        /// Each is good for the next, and lives an hour: with it the session ends.
        case renewed
        /// They live five minutes, as many OpenID providers have it, and the session as long as its grant.
        case granted
    }

    /// What becomes of tokens that run out.
    let tokens: Tokens
    /// How long each token lives.
    let tokenLifetime: Duration
    /// When the authority answers nobody.
    let outages: [Outage]

    init(tokens: Tokens = .renewed) {
        self.tokens = tokens
        tokenLifetime = tokens == .renewed ? .seconds(3600) : .seconds(300)
        let (first, second) = (Duration.seconds(12 * 3600), Duration.seconds(18 * 3600))
        outages =
            switch tokens {
            case .renewed:
                [
                    Outage(at: first, minutes: 10, allowedPeak: 3, allowedLosses: 0.04),
                    Outage(at: second, minutes: 30, allowedPeak: 9, allowedLosses: 0.20),
                ]
            // Nobody is signed out, however long it lasts.
            case .granted:
                [
                    Outage(at: first, minutes: 10, allowedPeak: 5, allowedLosses: 0),
                    Outage(at: second, minutes: 30, allowedPeak: 5, allowedLosses: 0),
                ]
            }
    }

    /// How long it lasts.
    let length = Duration.seconds(24 * 3600)
    /// Within this after midnight every device is powered up and signs in.
    let powerUp = Duration.seconds(120)
    /// How long the authority takes to answer.
    let latency = Duration.milliseconds(200)
    /// How long a device waits for an answer that does not come: `TimeoutSec=`.
    let timeout = Duration.seconds(20)
    /// From here to the first outage the fleet is steady: the waves of the power-up have run into each other.
    let steadyFrom = Duration.seconds(8 * 3600)
    /// How many times the steady mean the requests of a minute may reach while nothing happens.
    let allowedSteadyPeak = 1.3
    /// Within this after an outage the devices that it met are to have new tokens.
    let recoveryTime = Duration.seconds(15 * 60)
    /// Which part of them.
    let requiredRecovery = 0.999

    /// What both clocks show, so long after midnight; the wall clock is right.
    func moment(_ sinceMidnight: Duration) -> Moment {
        Moment(
            boottime: sinceMidnight,
            wall: Timestamp(secondsSince1970: Day.midnight + sinceMidnight.components.seconds))
    }

    /// Whether a request that is sent then is answered.
    func answers(at sinceMidnight: Duration) -> Bool {
        !outages.contains { $0.start <= sinceMidnight && sinceMidnight < $0.end }
    }

    private static let midnight: Int64 = 1_795_392_000
}
