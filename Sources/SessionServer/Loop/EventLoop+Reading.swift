// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import SessionProtocol

extension EventLoop {
    func handle(_ events: UInt32, of connection: Connection<Service.Context>) {
        if events & CLINUX_EPOLLOUT != 0 { flush(connection) }
        let isGone = events & (CLINUX_EPOLLHUP | CLINUX_EPOLLERR) != 0
        // What a peer sent before it went away is still carried out.
        if events & CLINUX_EPOLLIN != 0 || isGone { readAndAnswer(connection) }
        if isGone {
            close(connection)
        } else {
            settle(connection)
        }
    }

    func readAndAnswer(_ connection: Connection<Service.Context>) {
        if case .draining = connection.phase { return drain(connection) }
        guard connection.phase == .open, !connection.isPaused else { return }
        let kept = restoreInput(of: connection)
        let received = read(connection.socket, input.baseAddress.map { $0 + kept }, ServerLimits.readBytes)
        guard received > 0 else {
            if received == 0 {
                connection.phase = .inputEnded
            } else if errno != EAGAIN && errno != EINTR {
                close(connection)
            }
            return processInput(connection, count: kept)
        }
        connection.activeAt = now
        processInput(connection, count: kept + received)
    }

    /// Takes the lines out of the first bytes of `input` and keeps the rest with the connection.
    func processInput(_ connection: Connection<Service.Context>, count: Int) {
        let bytes = UnsafeBufferPointer(rebasing: input[..<count])
        var start = 0
        var isTooLong = false
        lines: while !connection.isPaused && connection.phase != .closed {
            if output.count > ServerLimits.gatheredBytes { write(output, to: connection) }
            switch connection.splitter.next(in: bytes.span, from: start) {
            case .line(let range, let end):
                service.receive(bytes.span.extracting(range), from: connection, output: &output)
                start = end
            case .tooLong:
                isTooLong = true
                break lines
            case .incomplete(let unfinished):
                start = unfinished
                if connection.phase == .inputEnded { start = finish(connection, bytes, from: start) }
                break lines
            }
        }
        keep(start..<count, of: connection)
        write(output, to: connection)
        if isTooLong { give(up: connection, because: .lineTooLong) }
    }

    func finish(
        _ connection: Connection<Service.Context>, _ bytes: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int {
        if let range = connection.splitter.finish(in: bytes.span, from: start) {
            service.receive(bytes.span.extracting(range), from: connection, output: &output)
        }
        return bytes.count
    }

    /// Puts what the connection kept to the beginning of `input`; its length.
    func restoreInput(of connection: Connection<Service.Context>) -> Int {
        _ = UnsafeMutableRawBufferPointer(input).initializeMemory(as: UInt8.self, from: connection.input)
        return connection.input.count
    }

    func keep(_ range: Range<Int>, of connection: Connection<Service.Context>) {
        if range.isEmpty {
            // The memory is given back: an idle connection costs next to nothing.
            if !connection.input.isEmpty { connection.input = [] }
            connection.lineSince = nil
        } else {
            connection.input = Array(UnsafeBufferPointer(rebasing: input[range]))
            if connection.lineSince == nil { connection.lineSince = now }
            sweep(at: now + limits.line)
        }
    }
}
