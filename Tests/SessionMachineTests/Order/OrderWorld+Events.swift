// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionMachine
@testable import TestSupport

extension OrderWorld {
    /// What can happen now. What would change nothing is left out: its order goes on as the one without it.
    var possibleEvents: [OrderEvent] {
        var events: [OrderEvent] = [.destroy, .setLabel, .changeKey, .crash]
        if expected.token.keys.contains(where: { (expected.ends[$0] ?? .zero) > now.boottime }) {
            events.append(.timePasses)
        }
        let slot = expected.effective
        if expected.given(at: now.boottime) != nil, !isFlying(slot) { events.append(.refreshStarts) }
        if expected.token.isEmpty, !isFlying(.anonymous) { events.append(.loginStarts) }
        for (index, asked) in asked.enumerated() {
            if case .login = asked.flight.kind {
                events.append(.loginEnds(index))
            } else {
                events += [.refreshEnds(index), .refreshIsRejected(index)]
            }
        }
        if expected.token[.client] == nil { events.append(.signIn) }
        if expected.token[.client] != nil || expected.isOver { events.append(.signOut) }
        return events
    }

    /// Lets an event happen to the session, and to what is expected of it.
    mutating func apply(_ event: OrderEvent) throws {
        switch event {
        case .refreshStarts:
            // Beyond the time within which a refresh is answered with the last one.
            pass(.seconds(20))
            call(.refreshToken)
        case .loginStarts:
            pass(.seconds(2))
            handle(.tick)
        case .refreshEnds(let index), .loginEnds(let index): grant(asked.remove(at: index))
        case .refreshIsRejected(let index): reject(asked.remove(at: index))
        case .signIn: signIn()
        case .signOut:
            if expected.token[.client] != nil { beginSlot(.client, generation: 1) }
            expected.isOver = false
            call(.signOut(SignOut(), byAdministrator: false))
        case .destroy:
            beginCustomer()
            call(.destroy(Destroy()))
        case .setLabel:
            let label = "label \(makeNumber())"
            expected.label = label
            call(.setIdentity(SetIdentity(customIdentifier: .set(label))))
        case .changeKey:
            expected.key += 1
            if machine.policy.destroysOnKeyChange { beginCustomer() } else { expected.generation += 1 }
            call(.changeAPIKey(ChangeAPIKey(apiKey: OrderWorld.apiKey(expected.key))))
        case .crash: try crash()
        case .timePasses:
            pass(OrderWorld.lifetime)
            endWhatHasExpired()
            handle(.tick)
        }
        endWhatHasExpired()
        note()
    }

    private mutating func call(_ call: SessionCall) { handle(.call(makeNumber(), call)) }

    private mutating func grant(_ answered: Asked) {
        let slot = answered.flight.slot
        let token = token(slot, serial: answered.serial, slot == .client ? .synerise : .anonymous)
        if isLive(answered) { expect(token, in: slot, askedAt: answered.flight.startedAt) }
        handle(.flightEnded(answered.flight.id, .success(token)))
    }

    private mutating func reject(_ answered: Asked) {
        if isLive(answered) {
            let isClient = answered.flight.slot == .client
            beginSlot(answered.flight.slot, generation: isClient ? 1 : 0)
            if isClient { expected.isOver = true }
        }
        handle(.flightEnded(answered.flight.id, .failure(.rejection)))
    }

    private mutating func signIn() {
        call(.authenticate(.passwordOf("customer-\(makeNumber())@example.com")))
        beginSlot(.client, generation: 1)
        if expected.isKnown {
            beginSlot(.anonymous, generation: 0)
            (expected.label, expected.keepsUUID) = (nil, false)
        }
        (expected.isKnown, expected.isOver) = (true, false)
        let token = token(.client, serial: expected.serial[.client] ?? 0, .synerise)
        expect(token, in: .client, askedAt: now.boottime)
        handle(.authenticationEnded(machine.authentication?.attempt.id ?? 0, .success(.token(token))))
    }

    private mutating func expect(_ token: IssuedToken, in slot: Slot, askedAt: Duration) {
        (expected.token[slot], expected.ends[slot]) = (token.secret.reveal(), askedAt + token.lifetime)
    }

    // A session that nobody can renew is over with its token.
    private mutating func endWhatHasExpired() {
        guard !machine.expiredMayLive, expected.token[.client] != nil, expected.given(at: now.boottime) == nil else {
            return
        }
        beginSlot(.client, generation: 1)
        expected.isOver = true
    }

    private mutating func beginSlot(_ slot: Slot, generation: Int64) {
        expected.token[slot] = nil
        expected.serial[slot, default: 0] += 1
        expected.generation += generation
    }

    private mutating func beginCustomer() {
        for slot in Slot.allCases { beginSlot(slot, generation: 0) }
        expected.generation += 1
        (expected.label, expected.isKnown, expected.isOver, expected.keepsUUID) = (nil, false, false, false)
    }

    // What the machine sent, it sent as what it is now.
    private mutating func note() {
        for case .startFlight(let flight) in effects {
            asked.append(
                Asked(
                    flight: flight, serial: expected.serial[flight.slot] ?? 0, uuid: machine.record.uuid,
                    key: expected.key))
        }
    }
}
