// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionMachine

/// A machine with a clock that moves when it is told to, and an authority that is played by the test.
struct MachineBench {
    static let lifetime = Duration.seconds(3600)
    static let binding = Binding(kind: "test", origin: "https://a.example", apiKey: Secret("key"))
    static let renewing = AuthorityTraits.onDevice(binding)
    static let ending = AuthorityTraits(binding: binding)

    var machine: SessionMachine
    var now = Moment(boottime: .seconds(1000), wall: Timestamp(secondsSince1970: 1_795_410_000))
    var effects: [SessionEffect] = []
    var durability = Durability.nothing
    var seed: UInt64
    private var lastCall: CallID = 0
    private var tokenCount = 0

    /// When the slot's token is asked for by itself; the end of time: never.
    func nextAttempt(_ slot: Slot) -> Duration { machine.backgroundAttempt(slot, now) ?? .seconds(Int64.max) }

    /// A new installation.
    init(
        traits: AuthorityTraits = MachineBench.ending, policy: SessionPolicy = SessionPolicy(identifierSalt: "salt"),
        seed: UInt64 = 1
    ) {
        var turn = Turn(now: now, random: SeededRandom(seed: seed))
        let uuid = CustomerUUID(bytes: [1, 2, 3], version: 4)
        var record = SessionRecord(uuid: uuid, generation: 7, accountSalt: "pepper")
        (record.binding, record.isTimeProven) = (traits.binding, true)
        machine = SessionMachine(
            record: record, policy: policy, traits: traits,
            store: StoreStatus(sealed: false, state: .ok), turn: &turn)
        self.seed = seed
    }

    var record: SessionRecord { machine.record }
    var phase: SessionPhase { machine.snapshot.phase(at: now) }
    var status: SessionStatus { machine.snapshot(at: now).status(at: now) }

    mutating func handle(_ input: SessionInput) {
        seed += 1
        var turn = Turn(now: now, random: SeededRandom(seed: seed))
        machine.handle(input, &turn)
        (effects, durability) = (turn.effects, turn.durability)
    }

    /// Calls, and gives the call's name back.
    @discardableResult
    mutating func call(_ call: SessionCall) -> CallID {
        lastCall += 1
        handle(.call(lastCall, call))
        return lastCall
    }

    /// Lets time pass and says so.
    mutating func pass(_ duration: Duration) {
        move(duration)
        handle(.tick)
    }

    /// Lets time pass without saying so.
    mutating func move(_ duration: Duration) {
        let wall = now.wall.secondsSince1970 + duration.components.seconds
        now = Moment(boottime: now.boottime + duration, wall: Timestamp(secondsSince1970: wall))
    }

    /// A token that no other is equal to.
    mutating func token(_ origin: TokenOrigin = .anonymous, lifetime: Duration = MachineBench.lifetime) -> IssuedToken {
        tokenCount += 1
        return IssuedToken(
            secret: Secret("token-\(tokenCount)"), origin: origin,
            expiresAt: Timestamp(secondsSince1970: now.wall.secondsSince1970 + lifetime.components.seconds),
            lifetime: lifetime)
    }

    /// Ends the flight of a slot.
    mutating func endFlight(_ slot: Slot, _ result: Result<IssuedToken, AuthorityFailure>) {
        handle(.flightEnded(machine.activities[slot]?.flight?.id ?? 0, result))
    }

    /// Ends the flight of the anonymous slot.
    mutating func endFlight(_ result: Result<IssuedToken, AuthorityFailure>) { endFlight(.anonymous, result) }

    /// Ends the flight of a slot with a token.
    mutating func land(_ slot: Slot = .anonymous, lifetime: Duration = MachineBench.lifetime) {
        let origin = record[slot]?.issued.origin ?? .anonymous
        endFlight(slot, .success(token(origin, lifetime: lifetime)))
    }

    /// Ends the running authentication.
    mutating func endAuthentication(_ result: Result<AuthenticationDecision, AuthorityFailure>) {
        handle(.authenticationEnded(machine.authentication?.attempt.id ?? 0, result))
    }

    /// Ends the running authentication with a token.
    mutating func admit(_ origin: TokenOrigin = .synerise, lifetime: Duration = MachineBench.lifetime) {
        endAuthentication(.success(.token(token(origin, lifetime: lifetime))))
    }

    /// Authenticates, and is admitted.
    mutating func authenticate(_ credentials: AuthenticationAttempt.Credentials) {
        call(.authenticate(credentials))
        admit(credentials.expectedOrigin)
    }
}

extension MachineBench {
    /// What was announced last, in order.
    var changes: [SessionChange] {
        effects.compactMap { if case .announce(let change) = $0 { change } else { nil } }
    }

    /// The flights that were started last.
    var started: [Flight] {
        effects.compactMap { if case .startFlight(let flight) = $0 { flight } else { nil } }
    }

    /// What a call was answered with last; `nil`: it was not.
    func answer(to id: CallID) -> SessionAnswer? {
        effects.compactMap { if case .answer(id, let answer) = $0 { answer } else { nil } }.first
    }

    /// The error that a call was answered with last; `nil`: none.
    func error(of id: CallID) -> SessionError? {
        if case .failure(let error) = answer(to: id) { error } else { nil }
    }

    /// The token that a call was answered with last; `nil`: none.
    func tokenAnswer(to id: CallID) -> TokenAnswer? {
        if case .token(let answer) = answer(to: id) { answer } else { nil }
    }
}

extension AuthenticationAttempt.Credentials {
    /// The origin of the token that it leads to.
    var expectedOrigin: TokenOrigin {
        switch self {
        case .password: .synerise
        case .provider(let request): TokenOrigin(wire: request.provider.rawValue)
        case .token(let request): request.origin
        case .simple: .simpleAuth
        case .deletion: .unknown
        }
    }
}

extension Initiator {
    /// An app's user.
    static let app = Initiator(user: 1000)
    /// A page in the same user's browser.
    static let page = Initiator(user: 1000, origin: "https://page.example")
}

extension SessionCall {
    /// An app's.
    static func beginSignIn(_ request: BeginSignIn) -> SessionCall { .beginSignIn(request, by: .app) }
    static func cancelSignIn(_ request: CancelSignIn) -> SessionCall { .cancelSignIn(request, by: .app) }
    static func regenerate(_ request: RegenerateUUID) -> SessionCall { .regenerate(request, by: .app) }
    static func destroy(_ request: Destroy) -> SessionCall { .destroy(request, by: .app) }
    static func signOut(_ request: SignOut, byAdministrator: Bool) -> SessionCall {
        .signOut(request, by: .app, byAdministrator: byAdministrator)
    }
}

extension AuthorityFailure {
    static let rejection = AuthorityFailure(.rejected, "no")
    static let outage = AuthorityFailure(.unavailable, "nobody there")
    /// This device's client is not known.
    static let refusedClient = AuthorityFailure(.misconfigured, "the client is refused", status: 401)
    /// What was given is good for nothing.
    static let unusable = AuthorityFailure(.rejected, "it cannot be used", status: 200, about: .answer)
}

extension SessionRecord {
    /// Everything but what was told so far.
    var untold: SessionRecord {
        var record = self
        record.sequence = 0
        return record
    }
}
