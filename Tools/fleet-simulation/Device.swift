// SPDX-License-Identifier: Apache-2.0

import SessionMachine
import SessionProtocol

/// One device of the fleet: the real state machine, with its own timer and an authority that is played.
///
/// Devices share nothing but the authority, and that answers everybody or nobody: each can live its whole day before
/// the next one begins.
struct Device {
    private enum Answer {
        case authentication(UInt64)
        case flight(UInt64, isRefresh: Bool)
    }

    private let day: Day
    private var chance: Chance
    private var machine: SessionMachine
    private var now: Duration
    private var pending: [(at: Duration, isGranted: Bool, answer: Answer)] = []
    // The outages in which an attempt failed, and those of them after which none has succeeded yet.
    private var met: Set<Int> = []
    private var unrecovered: Set<Int> = []

    /// A device that is powered up, with nothing stored.
    init(number: Int, day: Day) {
        self.day = day
        var chance = Chance(seed: UInt64(number) + 1)
        now = day.powerUp * Double.random(in: 0..<1, using: &chance)
        let bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &chance) }
        var record = SessionRecord(uuid: CustomerUUID(bytes: bytes, version: 4), generation: 1, accountSalt: "")
        if day.tokens == .granted {
            // Somebody has signed in with their phone: there is no request that the device could choose the time of.
            record.client = Token(Device.token(.oauth, day, now), uuid: record.uuid, askedAt: now)
            (record.binding, record.isTimeProven) = (Device.traits.binding, true)
        }
        var turn = Turn(now: day.moment(now), random: chance)
        machine = SessionMachine(
            record: record, policy: SessionPolicy(), traits: Device.traits,
            store: StoreStatus(sealed: false, state: .ok), turn: &turn)
        self.chance = chance
    }

    /// Signs in and lives until midnight.
    mutating func live(_ tally: inout Tally) {
        take(day.tokens == .granted ? .tick : .call(1, .authenticate(.password(Device.signIn))), &tally)
        var outage = 0
        while let next = nextInstant, next < day.length {
            while outage < day.outages.count, day.outages[outage].start <= next {
                if machine.record.client != nil { tally.effects[outage].signedIn += 1 }
                outage += 1
            }
            now = max(now, next)
            take(nextInput(&tally), &tally)
        }
    }

    private var nextInstant: Duration? {
        let timer = machine.nextWakeup(after: day.moment(now))
        return [timer, pending.map(\.at).min()].compactMap { $0 }.min()
    }

    private mutating func nextInput(_ tally: inout Tally) -> SessionInput {
        guard let index = pending.firstIndex(where: { $0.at <= now }) else { return .tick }
        let (_, isGranted, answer) = pending.remove(at: index)
        switch answer {
        case .authentication(let id):
            return .authenticationEnded(
                id, isGranted ? .success(.token(Device.token(.synerise, day, now))) : .failure(Device.outage))
        case .flight(let id, let isRefresh):
            if isGranted { noteSuccess(&tally) }
            let origin: TokenOrigin = isRefresh ? machine.record.client?.issued.origin ?? .synerise : .anonymous
            return .flightEnded(id, isGranted ? .success(Device.token(origin, day, now)) : .failure(Device.outage))
        }
    }

    private mutating func take(_ input: SessionInput, _ tally: inout Tally) {
        var turn = Turn(now: day.moment(now), random: Chance(seed: chance.next()))
        machine.handle(input, &turn)
        for effect in turn.effects {
            switch effect {
            case .startAuthentication(let attempt): send(.authentication(attempt.id), &tally)
            case .startFlight(let flight):
                let isRefresh = if case .refresh = flight.kind { flight.slot == .client } else { false }
                send(.flight(flight.id, isRefresh: isRefresh), &tally)
            case .announce(.signedOut(.sessionExpired)): noteLoss(&tally)
            default: break
            }
        }
    }

    private mutating func send(_ answer: Answer, _ tally: inout Tally) {
        tally.requests[Int(now.components.seconds / 60)] += 1
        let isGranted = day.answers(at: now)
        if !isGranted { noteFailure(&tally) }
        pending.append((now + (isGranted ? day.latency : day.timeout), isGranted, answer))
    }

    private mutating func noteFailure(_ tally: inout Tally) {
        guard let outage = day.outages.firstIndex(where: { $0.start <= now && now < $0.end }) else { return }
        guard met.insert(outage).inserted else { return }
        unrecovered.insert(outage)
        tally.effects[outage].met += 1
    }

    private mutating func noteSuccess(_ tally: inout Tally) {
        for outage in unrecovered where now <= day.outages[outage].end + day.recoveryTime {
            tally.effects[outage].recovered += 1
        }
        unrecovered = []
    }

    private func noteLoss(_ tally: inout Tally) {
        if let outage = day.outages.lastIndex(where: { $0.start <= now }) {
            tally.effects[outage].ranOut += 1
        } else {
            tally.ranOutBefore += 1
        }
    }

    private static func token(_ origin: TokenOrigin, _ day: Day, _ now: Duration) -> IssuedToken {
        let wall = day.moment(now).wall
        let end = Timestamp(secondsSince1970: wall.secondsSince1970 + day.tokenLifetime.components.seconds)
        return IssuedToken(
            secret: Secret("t"), origin: origin, expiresAt: end, lifetime: day.tokenLifetime, serverTime: wall,
            renewal: day.tokens == .granted ? .byGrant(Grant(refreshToken: Secret("g"))) : .byToken)
    }

    private static let traits = AuthorityTraits(
        binding: Binding(kind: "synerise", origin: "https://authority.example", apiKey: Secret("key")),
        anonymousLoginsPerMinute: 10)
    private static let signIn = SignIn(
        account: .email("a@b"), password: Secret("p"), options: AuthenticationOptions())
    private static let outage = AuthorityFailure(.unavailable, "nobody there")
}
