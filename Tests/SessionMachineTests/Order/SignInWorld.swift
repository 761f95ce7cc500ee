// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionMachine
@testable import TestSupport

/// One thing that can happen while people sign in at the authority; what was asked is named by its place among that which
/// is not answered yet.
enum SignInEvent: Equatable, Sendable {
    case begin
    case begun(Int)
    case timePasses
    case waiting(Int)
    case granted(Int)
    case denied(Int)
    case identified(Int)
    case cancel
    case signOut
    case destroy
    case refreshStarts
    case refreshEnds(Int)
    case delivered(Int)
    case crash
}

/// A session whose customers sign in at the authority, and all that the authority has given: every grant that counts
/// there is somewhere here, and nobody is signed in by a sign-in that was over (docs/behaviour.md, pending sign-in).
struct SignInWorld {
    var machine: SessionMachine
    /// What a crash leaves.
    var stored: SessionRecord
    var effects: [SessionEffect] = []
    private(set) var now = Moment(boottime: .seconds(1000), wall: Timestamp(secondsSince1970: 1_795_410_000))
    private var count: UInt64 = 0

    private var beginnings: [UInt64] = []
    private var steps: [SignInStep] = []
    private var flights: [Flight] = []
    private var deliveries: [OutboxEntry] = []
    /// The grants that count at the authority.
    private var grants: Set<String> = []
    /// The sign-in that is pending; `nil`: none is.
    private var pending: String?

    init() {
        let traits = AuthorityTraits.provider()
        var record = SessionRecord(uuid: CustomerUUID(bytes: [1], version: 4), generation: 7, accountSalt: "pepper")
        (record.binding, record.isTimeProven) = (traits.binding, true)
        var turn = Turn(now: now, random: SeededRandom(seed: 1))
        machine = SessionMachine(
            record: record, policy: SessionPolicy(), traits: traits, store: StoreStatus(sealed: false, state: .ok),
            turn: &turn)
        stored = machine.record
    }

    var possibleEvents: [SignInEvent] {
        var events: [SignInEvent] = [.signOut, .destroy, .crash]
        if machine.record.client == nil { events.append(.begin) }
        if pending != nil { events += [.cancel, .timePasses] }
        if machine.record.client != nil, flights.isEmpty { events.append(.refreshStarts) }
        events += beginnings.indices.map(SignInEvent.begun) + flights.indices.map(SignInEvent.refreshEnds)
        events += deliveries.indices.map(SignInEvent.delivered)
        for (index, step) in steps.enumerated() {
            if case .identify = step.kind {
                events.append(.identified(index))
            } else {
                events += [.waiting(index), .granted(index), .denied(index)]
            }
        }
        return events
    }

    mutating func apply(_ event: SignInEvent) throws {
        switch event {
        case .begin: call(.beginSignIn(BeginSignIn()))
        case .begun(let index):
            handle(.signInBegun(beginnings.remove(at: index), .success(MachineBench.deviceOffer)))
        case .timePasses:
            now.boottime += MachineBench.interval
            handle(.tick)
        case .waiting(let index): answer(index, .waiting(slowDown: false))
        case .denied(let index): answer(index, .denied)
        case .granted(let index): answer(index, .granted(grant()))
        case .identified(let index):
            let identity = CustomerIdentity(subject: "s\(makeNumber())")
            handle(.signInStepEnded(steps.remove(at: index), .identity(identity)))
        case .cancel: call(.cancelSignIn(CancelSignIn()))
        case .signOut: call(.signOut(SignOut(), byAdministrator: false))
        case .destroy: call(.destroy(Destroy()))
        case .refreshStarts:
            now.boottime += .seconds(20)
            call(.refreshToken)
        case .refreshEnds(let index): renew(flights.remove(at: index))
        case .delivered(let index):
            let entry = deliveries.remove(at: index)
            if let grant = entry.token.issued.renewal.grant { grants.remove(grant.refreshToken.reveal()) }
            handle(.deliveryEnded(entry.id, .success(nil)))
        case .crash: try crash()
        }
    }

    /// Holds what an event led to against the rules.
    func check(_ event: SignInEvent, before: SignInWorld) throws(BrokenRule) {
        for record in [machine.record, stored] {
            let missing = grants.subtracting(SignInWorld.grants(in: record))
            try require(missing.isEmpty, "\(missing) counts at the authority, and nobody here knows of it")
        }
        try require(machine.record.pendingSignIn?.attempt == pending, "another sign-in is pending than was told")
        let isSignedIn = machine.record.client != nil
        try require(!isSignedIn || pending == nil, "somebody signs in beside the one who is there")
        if isSignedIn, before.machine.record.client == nil {
            guard case .identified(let index) = event else {
                throw BrokenRule(description: "signed in by \(event)")
            }
            try require(before.steps[index].attempt == before.pending, "signed in by a sign-in that was over")
        }
        try require(machine.record.untold == stored.untold, "what is stored is not what counts")
    }

    private func require(_ holds: Bool, _ rule: @autoclosure () -> String) throws(BrokenRule) {
        if !holds { throw BrokenRule(description: rule()) }
    }

    private static func grants(in record: SessionRecord) -> Set<String> {
        var issued = [record.client?.issued] + record.outbox.map(\.token.issued)
        if case .granted(let pending) = record.pendingSignIn?.stage { issued.append(pending) }
        return Set(issued.compactMap { $0?.renewal.grant?.refreshToken.reveal() })
    }

    private mutating func answer(_ index: Int, _ progress: SignInReply.Progress) {
        handle(.signInStepEnded(steps.remove(at: index), .reply(SignInReply(progress))))
    }

    // What the authority gives counts from then on.
    private mutating func grant() -> IssuedToken {
        let text = "grant-\(makeNumber())"
        grants.insert(text)
        return IssuedToken(
            secret: Secret("token-of-\(text)"), origin: .oauth, expiresAt: Timestamp(secondsSince1970: 1_795_420_000),
            lifetime: .seconds(3600), renewal: .byGrant(Grant(refreshToken: Secret(text))))
    }

    // The grant before it counts no longer, whoever hears of that.
    private mutating func renew(_ flight: Flight) {
        if case .refresh(let token) = flight.kind, let old = token.issued.renewal.grant {
            grants.remove(old.refreshToken.reveal())
        }
        handle(.flightEnded(flight.id, .success(grant())))
    }

    private mutating func call(_ call: SessionCall) { handle(.call(makeNumber(), call)) }

    private mutating func makeNumber() -> UInt64 {
        count += 1
        return count
    }

    private mutating func handle(_ input: SessionInput) {
        var turn = Turn(now: now, random: SeededRandom(seed: makeNumber()))
        machine.handle(input, &turn)
        finish(turn)
    }

    private mutating func crash() throws {
        let boot = SessionRecord.Boot(id: "boot", now: now)
        let record = try SessionRecord(stored: stored.stored(in: boot), in: boot)
        // Of those that are under way nobody ever hears: what they bring is lost with the process that asked.
        (beginnings, steps, flights, deliveries) = ([], [], [], [])
        var turn = Turn(now: now, random: SeededRandom(seed: makeNumber()))
        machine = SessionMachine(
            record: record, policy: machine.policy, traits: machine.traits, store: machine.store, turn: &turn)
        machine.handle(.tick, &turn)
        finish(turn)
    }

    private mutating func finish(_ turn: Turn) {
        effects = turn.effects
        if turn.durability != .nothing { stored = machine.record }
        for effect in turn.effects {
            switch effect {
            case .beginSignIn(let id, _): beginnings.append(id)
            case .startSignInStep(let step): steps.append(step)
            case .startFlight(let flight): flights.append(flight)
            case .deliver(let entry): deliveries.append(entry)
            case .announce(.signInPending(let attempt, _, expiresInSeconds: _)): pending = attempt
            case .announce(.signInEnded(let attempt, _, because: _, saying: _)) where attempt == pending: pending = nil
            default: break
            }
        }
    }
}
