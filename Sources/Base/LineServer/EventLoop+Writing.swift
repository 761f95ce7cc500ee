// SPDX-License-Identifier: Apache-2.0

import Glibc

extension EventLoop {
    /// Adds an answer that comes outside of its connection's turn, or marks (empty) that there is none.
    ///
    /// It may be called at any time on the loop's thread: all answers of a wake-up go out together at its end.
    package func send(_ bytes: [UInt8], to connection: Connection) {
        guard connection.phase != .closed else { return }
        touch(connection)
        add(bytes, to: connection)
    }

    /// Adds what a connection is told without having asked. Where many are told something, that goes out in turns, with
    /// what else has to be done between them; behind it comes what is sent later.
    package func tell(_ bytes: [UInt8], to connection: Connection) {
        guard connection.phase != .closed else { return }
        unsettled.told.add(connection)
        add(bytes, to: connection)
    }

    private func add(_ bytes: [UInt8], to connection: Connection) {
        connection.activeAt = now
        guard !bytes.isEmpty, !connection.output.isDeaf else { return }
        // The peer had its chance: what was left unread was so before this wake-up.
        if connection.output.isOverfull { return close(connection) }
        connection.output.unsent.append(whole: bytes)
    }

    /// Writes the answers to a connection's lines, and keeps what the peer does not take.
    func write(_ answers: inout [UInt8], to connection: Connection) {
        defer { empty(&answers) }
        order.movedBytes += answers.count
        guard !answers.isEmpty, !connection.output.isDeaf else { return }
        guard connection.output.unsent.isEmpty else { return connection.output.unsent.append(answers) }
        let written = answers.withUnsafeBytes { LineServer.send($0, connection.socket) }
        if written < 0, errno != EAGAIN, errno != EINTR { return makeDeaf(connection) }
        if written < answers.count { connection.output.unsent.append(answers[max(written, 0)...]) }
    }

    // One extraordinary answer is no reason to hold its memory for ever.
    private func empty(_ answers: inout [UInt8]) {
        if answers.capacity <= 2 * LineLimits.outputCapacity { return answers.removeAll(keepingCapacity: true) }
        answers = []
        answers.reserveCapacity(LineLimits.outputCapacity)
    }

    package func flush(_ connection: Connection) {
        if !connection.output.unsent.send(over: connection.socket) { makeDeaf(connection) }
    }

    /// Notes that a peer takes no answers any more; what it still sends is carried out all the same.
    func makeDeaf(_ connection: Connection) {
        connection.output.isDeaf = true
        connection.output.unsent.removeAll()
    }
}
