// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux

/// Goes on with a session as the daemon does, up to its end.
enum SessionWalk {
    static let now = Moment(
        boottime: .seconds(3_600), wall: Timestamp("2026-11-23T05:02:03Z") ?? Timestamp(secondsSince1970: 0))

    private static let app = Initiator(user: 1000)
    private static let inputs: [SessionInput] = [
        .tick, .networkReturned, .call(1, .refreshToken), .call(2, .retrieveToken(RetrieveToken())),
        .call(3, .setIdentity(SetIdentity(customEmail: .set("a@b")))),
        .call(4, .signOut(SignOut(fromAllDevices: true), by: app, byAdministrator: false)), .tick,
        .call(5, .destroy(Destroy(), by: app)), .call(6, .regenerate(RegenerateUUID(), by: app)), .tick,
    ]

    /// - Parameter answer: What the authority says whenever it is asked for a token; `nil`: it has yet to say something.
    static func run(from record: SessionRecord, answer: Result<IssuedToken, AuthorityFailure>? = nil) {
        let binding = record.binding ?? Binding(kind: "local")
        let isOfDevice = binding.kind == "local"
        let traits = AuthorityTraits(
            binding: binding, renewsExpiredTokens: isOfDevice, provesTime: !isOfDevice, mayReplaceUnheard: !isOfDevice,
            isPaced: !isOfDevice, anonymousLoginsPerMinute: 10, signOuts: isOfDevice ? .needNotBeTold : .areTold)
        var turn = Turn(now: now, random: FixedGenerator())
        var machine = SessionMachine(
            record: record, policy: SessionPolicy(), traits: traits, store: StoreStatus(sealed: false, state: .ok),
            turn: &turn)
        for input in inputs {
            step(&machine, input, &turn)
            let flights = turn.effects.compactMap { effect in
                if case .startFlight(let flight) = effect { flight.id } else { nil }
            }
            turn.effects = []
            guard let answer else { continue }
            for flight in flights { step(&machine, .flightEnded(flight, answer), &turn) }
        }
        let status = machine.snapshot(at: now).status(at: now).json
        require((try? JSONValue(parsing: status)) != nil, "a status that is no JSON")
    }

    private static func step(_ machine: inout SessionMachine, _ input: SessionInput, _ turn: inout Turn) {
        let generation = machine.record.generation
        machine.handle(input, &turn)
        require(machine.record.generation >= generation, "the generation has gone back")
        let snapshot = machine.snapshot(at: now)
        _ = snapshot.status(at: now)
        _ = snapshot.immediateAnswer(to: RetrieveToken(), at: now)
    }

    /// Not by chance: the same input does the same.
    private struct FixedGenerator: RandomNumberGenerator {
        private var state: UInt64 = 0

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            return state ^ (state >> 29)
        }
    }
}
