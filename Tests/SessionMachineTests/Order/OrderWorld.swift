// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionMachine
@testable import TestSupport

/// A session, its authority, and what reaches whom (docs/behaviour.md, G10), told by a few numbers instead of by a
/// machine.
struct OrderWorld {
    /// What a flight was sent with.
    struct Asked: Equatable {
        var flight: Flight
        var serial: Int
        var uuid: CustomerUUID
        var key: Int
    }

    /// What has to be so.
    struct Expectation: Equatable {
        /// What is in each slot.
        var token: [Slot: String] = [:]
        /// How often each slot became somebody else's.
        var serial: [Slot: Int] = [.anonymous: 0, .client: 0]
        var generation: Int64 = 7
        var key = 0
        var label: String?
        /// Whether anybody was known since the UUID was made.
        var isKnown = false
        /// Whether the last customer's session was ended by the authority.
        var isOver = false
        var keepsUUID = true
        /// Until when each token lives.
        var ends: [Slot: Duration] = [:]

        var effective: Slot { token[.client] == nil ? .anonymous : .client }

        /// The token that callers get; `nil`: none.
        func given(at now: Duration) -> String? { (ends[effective] ?? .zero) > now ? token[effective] : nil }
    }

    var machine: SessionMachine
    var expected = Expectation()
    /// What a crash leaves.
    var stored: SessionRecord
    /// What the authority has not answered yet, the answers that nobody waits for any more included.
    var asked: [Asked] = []
    var effects: [SessionEffect] = []
    private(set) var durability = Durability.nothing
    private(set) var now = Moment(boottime: .seconds(1000), wall: Timestamp(secondsSince1970: 1_795_410_000))
    private var count: UInt64 = 0

    /// A new installation.
    init(policy: SessionPolicy, isTimeProven: Bool) {
        var record = SessionRecord(uuid: CustomerUUID(bytes: [1], version: 4), generation: 7, accountSalt: "pepper")
        (record.binding, record.isTimeProven) = (OrderWorld.traits(key: 0).binding, isTimeProven)
        var turn = Turn(now: now, random: SeededRandom(seed: 1))
        machine = SessionMachine(
            record: record, policy: policy, traits: OrderWorld.traits(key: 0),
            store: StoreStatus(sealed: false, state: .ok), turn: &turn)
        stored = machine.record
    }

    /// Whether what a flight brings is for the session as it is.
    func isLive(_ asked: Asked) -> Bool {
        asked.serial == expected.serial[asked.flight.slot] && asked.uuid == machine.record.uuid
            && asked.key == expected.key
    }

    /// Whether a flight that counts is under way.
    func isFlying(_ slot: Slot) -> Bool { asked.contains { $0.flight.slot == slot && isLive($0) } }

    mutating func makeNumber() -> UInt64 {
        count += 1
        return count
    }

    /// A token that says whose it is: the slot, and which of the slot's customers.
    mutating func token(_ slot: Slot, serial: Int, _ origin: TokenOrigin) -> IssuedToken {
        IssuedToken(
            secret: Secret("\(owner(slot, serial))\(makeNumber())"), origin: origin,
            expiresAt: Timestamp(secondsSince1970: 1_795_420_000), lifetime: OrderWorld.lifetime)
    }

    func owner(_ slot: Slot, _ serial: Int) -> String { "\(slot.rawValue)-\(serial)-" }

    mutating func pass(_ duration: Duration) { now.boottime += duration }

    mutating func handle(_ input: SessionInput) {
        var turn = Turn(now: now, random: SeededRandom(seed: makeNumber()))
        machine.handle(input, &turn)
        finish(turn)
    }

    /// The process dies; a new one begins with what is stored.
    mutating func crash() throws {
        let boot = SessionRecord.Boot(id: "boot", now: now)
        let record = try SessionRecord(stored: stored.stored(in: boot), in: boot)
        asked = []
        var turn = Turn(now: now, random: SeededRandom(seed: makeNumber()))
        machine = SessionMachine(
            record: record, policy: machine.policy, traits: machine.traits, store: machine.store, turn: &turn)
        machine.handle(.tick, &turn)
        finish(turn)
    }

    private mutating func finish(_ turn: Turn) {
        (effects, durability) = (turn.effects, turn.durability)
        if durability != .nothing { stored = machine.record }
    }

    /// How long a token lives.
    static let lifetime = Duration.seconds(3600)

    /// An authority with one of many keys.
    static func traits(key: Int) -> AuthorityTraits { keys[key] }

    static func apiKey(_ number: Int) -> Secret { Secret("key \(number)") }

    // Made once: hashing takes longer than a step of the machine.
    private static let keys = (0..<16).map { MachineBench.traits(key: apiKey($0).reveal()) }
}
