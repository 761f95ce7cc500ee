// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux

extension EventLoop {
    /// How many events are taken from the kernel at once.
    var eventCapacity: Int32 {
        Int32(peers.hasSeveralUsers ? LineLimits.eventsAtOnceOfMany : LineLimits.eventsAtOnce)
    }

    /// How much is read at once: where several users are connected, no turn takes long.
    var readCapacity: Int { peers.hasSeveralUsers ? LineLimits.readBytesOfMany : LineLimits.readBytes }

    /// Deals with what the kernel reports. Where several users are connected, each gets a few turns: what is left over
    /// is reported again, together with what has come from the others meanwhile.
    func takeTurns(_ events: Span<clinux_event>) {
        guard peers.hasSeveralUsers, events.count > 1 else {
            for index in events.indices { handle(events[index]) }
            return
        }
        var turns: [UInt32: Turns] = [:]
        for index in events.indices {
            // Not always the same ones first: they could be busy for ever.
            let event = events[(order.firstTurn + index) % events.count]
            if let user = peers.connection(of: event)?.peer.uid {
                takeTurn(event, &turns[user, default: Turns()])
            } else {
                handle(event)
            }
        }
        order.firstTurn = (order.firstTurn + LineLimits.turnsAtOnce) % events.count
    }

    private func takeTurn(_ event: clinux_event, _ turns: inout Turns) {
        guard turns.count < LineLimits.turnsAtOnce, turns.bytes < LineLimits.turnBytesAtOnce else { return }
        let before = order.movedBytes
        handle(event)
        turns.count += 1
        turns.bytes += order.movedBytes - before
    }
}

/// What one user was served within a wake-up.
private struct Turns {
    var count = 0
    // Read and answered.
    var bytes = 0
}

/// Whose turn it is, and how much was done.
struct TurnOrder {
    /// How often the loop has woken up.
    var wakeUps: UInt64 = 0
    /// Bytes that were read and answered ever since.
    var movedBytes = 0
    /// Who is served first of those that wait together.
    var firstTurn = 0
}
