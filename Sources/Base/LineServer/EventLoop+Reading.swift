// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc
import SessiondPrimitives

extension EventLoop {
    func handle(_ events: UInt32, of connection: Connection) {
        touch(connection)
        if events & (CLINUX_EPOLLHUP | CLINUX_EPOLLERR) != 0 { return leave(connection) }
        if events & CLINUX_EPOLLOUT != 0 { flush(connection) }
        if events & CLINUX_EPOLLIN != 0 { read(connection) }
    }

    /// The peer is gone, in both directions. What it sent before is still carried out; nobody hears the answers.
    private func leave(_ connection: Connection) {
        makeDeaf(connection)
        answerWaitingLines(connection)
        // Nothing more can arrive: this ends with what the socket held.
        while connection.phase != .closed, connection.isReading, read(connection) {}
        close(connection)
    }

    /// Reads once, and answers what it makes complete; whether something came.
    @discardableResult
    private func read(_ connection: Connection) -> Bool {
        // Lines that wait come first, and their place in `input` is taken.
        guard connection.isReading, !connection.input.hasWaitingLines else { return false }
        let kept = restoreInput(of: connection)
        let received = clinux_read(connection.socket, buffers.input.baseAddress.map { $0 + kept }, readCapacity)
        if received > 0 {
            order.movedBytes += received
            connection.activeAt = now
        } else if received < 0, errno == EAGAIN || errno == EINTR {
            return false
        } else {
            connection.input.hasEnded = true
        }
        if case .draining = connection.phase { return received > 0 }
        processInput(connection, count: kept + max(received, 0))
        return received > 0
    }

    /// Answers lines that were read and left alone, as far as there is room for their answers.
    func answerWaitingLines(_ connection: Connection) {
        while connection.input.hasWaitingLines, !connection.isPaused, connection.phase != .closed {
            processInput(connection, count: restoreInput(of: connection))
        }
    }

    /// Puts what the connection kept to the beginning of `input`; its length.
    private func restoreInput(of connection: Connection) -> Int {
        UnsafeMutableRawBufferPointer(buffers.input).copyBytes(from: connection.input.bytes)
        return connection.input.bytes.count
    }

    /// Takes the lines out of the first bytes of `input` and keeps the rest with the connection.
    private func processInput(_ connection: Connection, count: Int) {
        // The gathering array is taken out of its place: it is changed without further checks for as long as this lasts.
        var answers: [UInt8] = []
        swap(&answers, &buffers.output)
        let (used, rest) = answerLines(of: connection, count: count, &answers)
        write(&answers, to: connection)
        swap(&answers, &buffers.output)
        connection.input.hasWaitingLines = rest == .waits
        keep(used..<count, of: connection)
        if rest == .isTooLong { give(up: connection, because: .lineTooLong) }
    }

    private enum Rest { case isIncomplete, waits, isTooLong }

    /// Answers lines until there are no more, or no room for answers; how many bytes that used, and what follows them.
    private func answerLines(
        of connection: Connection, count: Int, _ answers: inout [UInt8]
    ) -> (used: Int, rest: Rest) {
        let bytes = UnsafeBufferPointer(rebasing: buffers.input[..<count]).span
        var start = 0
        while true {
            if answers.count > LineLimits.gatheredBytes { write(&answers, to: connection) }
            if connection.isPaused {
                // What follows the last line of a connection that is being ended is nobody's.
                return connection.output.pausedAbove < 0 ? (count, .isIncomplete) : (start, .waits)
            }
            switch connection.input.splitter.next(in: bytes, from: start) {
            case .line(let range, let end):
                service.receive(bytes.extracting(range), from: connection, output: &answers)
                start = end
            case .tooLong: return (start, .isTooLong)
            case .incomplete(let unfinished):
                guard connection.input.hasEnded else { return (unfinished, .isIncomplete) }
                // Where it was the daemon that ended it, the rest of the line is not the peer's last word.
                if connection.phase == .open, let line = connection.input.splitter.finish(in: bytes, from: unfinished) {
                    service.receive(bytes.extracting(line), from: connection, output: &answers)
                }
                return (count, .isIncomplete)
            }
        }
    }

    private func keep(_ range: Range<Int>, of connection: Connection) {
        guard !range.isEmpty else {
            // The memory is given back: an idle connection costs next to nothing.
            if !connection.input.bytes.isEmpty { connection.input.bytes = [] }
            connection.input.lineSince = nil
            return
        }
        connection.input.bytes = Array(UnsafeBufferPointer(rebasing: buffers.input[range]))
        // The clock starts with the line, not with the bytes of those before it.
        if connection.input.lineSince == nil || range.lowerBound > 0 { startLineClock(of: connection) }
    }

    func startLineClock(of connection: Connection) {
        connection.input.lineSince = now
        sweep(at: now + limits.lineArrival)
    }
}

/// Memory that all connections share.
struct LoopBuffers {
    /// What one connection does not use up is copied out before the next is read.
    let input: UnsafeMutableBufferPointer<UInt8>
    /// Answers that are gathered of one connection's lines.
    var output: [UInt8] = []

    init(longestLineBytes: Int) {
        input = .allocate(capacity: longestLineBytes + LineLimits.readBytes)
        output.reserveCapacity(LineLimits.outputCapacity)
    }

    func deallocate() { input.deallocate() }
}
