// SPDX-License-Identifier: Apache-2.0

import LineServer

/// Everybody who watches the session.
struct Watchers {
    package private(set) var connections: [Connection] = []
    var ring = EventRing()
    /// Events that were encoded: one for all who watch.
    private(set) var encodings = 0

    mutating func add(_ connection: Connection, at position: WatchPosition) {
        let place = connection.caller.watch?.place ?? connections.count
        if place == connections.count { connections.append(connection) }
        connection.caller.watch = position
        connection.caller.watch?.place = place
        connection.isHeld = true
    }

    mutating func remove(_ connection: Connection) {
        guard let place = connection.caller.watch?.place, let last = connections.popLast() else { return }
        connection.caller.watch = nil
        connection.isHeld = false
        guard last !== connection else { return }
        // Nothing is looked for: thousands may go at once.
        connections[place] = last
        last.caller.watch?.place = place
    }

    mutating func removeAll() {
        while let connection = connections.last { remove(connection) }
    }

    /// Keeps an event's line for whoever comes again.
    mutating func keep(_ sequence: Int64, _ line: [UInt8]) {
        encodings += 1
        ring.append(sequence, line)
    }
}
