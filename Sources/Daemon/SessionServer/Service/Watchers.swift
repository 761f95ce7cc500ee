// SPDX-License-Identifier: Apache-2.0

import LineServer

/// Everybody who watches the session.
struct Watchers {
    package private(set) var connections: [Connection<Caller>] = []
    var ring = EventRing()
    /// Events that were encoded: one for all who watch.
    private(set) var encodings = 0

    mutating func add(_ connection: Connection<Caller>, at position: WatchPosition) {
        if connection.context.watch == nil { connections.append(connection) }
        connection.context.watch = position
        connection.isHeld = true
    }

    mutating func remove(_ connection: Connection<Caller>) {
        guard connection.context.watch != nil else { return }
        connection.context.watch = nil
        connection.isHeld = false
        connections.removeAll { $0 === connection }
    }

    mutating func removeAll() {
        for connection in connections { remove(connection) }
    }

    /// Keeps an event's line for whoever comes again.
    mutating func keep(_ sequence: Int64, _ line: [UInt8]) {
        encodings += 1
        ring.append(sequence, line)
    }
}
