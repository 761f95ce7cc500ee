// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// A sign-out that the authority is being told of.
struct Delivery: Sendable, Equatable {
    /// The number of what was asked.
    var number: UInt64
    /// The entry of the outbox.
    var entry: UInt64
}

extension SessionMachine {
    /// Notes that the authority is to be told of the end of the client token; what the caller hears about that.
    mutating func queueSignOut(fromAllDevices: Bool, _ turn: inout Turn) -> AuthoritySignOut {
        guard let token = record.client, traits.signOuts != .needNotBeTold else { return .notNeeded }
        return queue(token, fromAllDevices: fromAllDevices, &turn)
    }

    /// Notes that the authority is to be told to take back what it has given for nothing.
    mutating func revoke(_ issued: IssuedToken, _ turn: inout Turn) {
        guard issued.renewal.grant != nil else { return }
        _ = queue(Token(issued, uuid: record.uuid, askedAt: turn.now.boottime), fromAllDevices: false, &turn)
    }

    private mutating func queue(_ token: Token, fromAllDevices: Bool, _ turn: inout Turn) -> AuthoritySignOut {
        guard traits.signOuts == .areTold else { return .unsupported }
        let token = token.kept(forRevocationAt: turn.now)
        let entry = OutboxEntry(
            id: makeID(), token: token, fromAllDevices: fromAllDevices, binding: record.binding ?? traits.binding)
        removeExpiredFromOutbox(&turn)
        guard entry.fits(beside: record.outbox) else {
            // What was promised before goes first; here the customer is signed out all the same.
            turn.effects.append(.noteSignOut(.outboxFull))
            return .outboxFull
        }
        record.outbox.append(entry)
        turn.store(.bestEffort)
        return .queued
    }

    private mutating func removeExpiredFromOutbox(_ turn: inout Turn) {
        guard !expiredMayLive else { return }
        removeFromOutbox(.expired, &turn) { [delivering, now = turn.now] entry in
            entry.id != delivering?.entry && entry.isOver(at: now)
        }
    }

    mutating func removeFromOutbox(
        _ fate: SignOutFate, _ turn: inout Turn, where isOver: (OutboxEntry) -> Bool
    ) {
        let count = record.outbox.count(where: isOver)
        guard count > 0 else { return }
        record.outbox.removeAll(where: isOver)
        for _ in 0..<count { turn.effects.append(.noteSignOut(fate)) }
        turn.store(.bestEffort)
    }

    /// Tells the authority of the next sign-out that it has not heard of, where it may be asked now.
    mutating func deliverNext(_ turn: inout Turn) {
        guard delivering == nil, !record.outbox.isEmpty else { return }
        removeExpiredFromOutbox(&turn)
        guard let entry = record.outbox.first, pauses.askable(.delivery) <= turn.now.boottime else { return }
        delivering = Delivery(number: makeID(), entry: entry.id)
        turn.effects.append(.deliver(entry))
    }

    /// When the next attempt is due; `nil`: nothing waits.
    var nextDelivery: Duration? {
        guard delivering == nil, !record.outbox.isEmpty else { return nil }
        return pauses.askable(.delivery)
    }

    mutating func endDelivery(_ id: UInt64, _ result: Result<Timestamp?, AuthorityFailure>, _ turn: inout Turn) {
        guard let delivery = delivering, delivery.entry == id else { return }
        delivering = nil
        noteTime(result.serverTime, &turn)
        note(.delivery, asked: delivery.number, result.failure, pausing: .delivery, &turn)
        // What was refused to the settings before may be taken from those that count now.
        if let failure = result.failure, failure.isTransient || !isCurrent(delivery.number) { return }
        let fate: SignOutFate =
            switch result.failure?.meaning {
            case nil: .delivered
            case .unsupported: .unsupported
            case .rejected, .unavailable, .misconfigured: .rejected
            }
        removeFromOutbox(fate, &turn) { $0.id == id }
    }
}

extension SessionMachine {
    /// Ends what an earlier version has stored and no request can be made with: a token that no header can hold is as one
    /// that has expired. The UUID and the labels stay.
    mutating func endUnusable(_ turn: inout Turn) {
        removeFromOutbox(.expired, &turn) { $0.token.issued.fault != nil }
        for slot in Slot.allCases {
            guard let token = record[slot], token.issued.fault != nil else { continue }
            if slot == .client || token.issued.origin == .simpleAuth {
                endSession(of: slot, .sessionExpired, &turn)
            } else {
                replace(slot, with: nil)
                turn.store(.bestEffort)
            }
        }
    }
}
