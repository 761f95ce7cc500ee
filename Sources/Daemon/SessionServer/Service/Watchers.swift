// SPDX-License-Identifier: Apache-2.0

import LineServer

/// Everybody who watches the session.
struct Watchers {
    package private(set) var connections: [Connection] = []
    var ring = EventRing()
    /// Events that were encoded: one for all who watch.
    private(set) var encodings = 0

    mutating func add(_ connection: Connection, at position: WatchPosition) {
        if connection.caller.watch == nil { connections.append(connection) }
        connection.caller.watch = position
        connection.isHeld = true
    }

    mutating func remove(_ connection: Connection) {
        guard connection.caller.watch != nil else { return }
        connection.caller.watch = nil
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
