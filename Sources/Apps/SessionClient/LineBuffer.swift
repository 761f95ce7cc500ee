// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionProtocol
import SessiondPrimitives

/// Gathers what a socket gives and hands it out by lines. It belongs to whoever reads.
final class LineBuffer {
    /// What a read gave.
    enum Reading: Equatable {
        /// Some bytes.
        case bytes
        /// Nothing for now.
        case nothing
        /// The end, by the peer's close or by an error.
        case end
    }

    private static let initialBytes = 16 * 1024

    // Received and not yet used up are the bytes of `filled`; the storage around them is used again.
    private var storage = [UInt8](repeating: 0, count: LineBuffer.initialBytes)
    private var filled = 0..<0
    private var scanner = AnswerScanner()
    private var splitter = LineSplitter(maximumLineBytes: WireLimits.responseLineBytes)

    /// Reads once from a socket that does not block.
    func fill(from socket: Int32) -> Reading {
        makeRoom()
        let end = filled.upperBound
        let received = storage.withUnsafeMutableBytes { buffer in
            let room = UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
            return retryingInterrupted { recv(socket, room.baseAddress, room.count, Int32(MSG_DONTWAIT)) }
        }
        guard received > 0 else {
            return received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? .nothing : .end
        }
        filled = filled.lowerBound..<end + received
        return .bytes
    }

    /// Takes the next line as the answer that it is; `nil` where no whole one is there yet.
    ///
    /// - Throws: ``SessionError`` where it is no answer, or longer than ``WireLimits/responseLineBytes``.
    func nextAnswer() throws(SessionError) -> AnswerLine? {
        // A reference of its own, so that what else belongs to `self` may change while the bytes are looked at.
        let storage = storage
        let bytes = storage.span.extracting(..<filled.upperBound)
        switch splitter.next(in: bytes, from: filled.lowerBound) {
        case .line(let line, let end):
            filled = end..<filled.upperBound
            return try scanner.scan(bytes.extracting(line))
        case .tooLong:
            throw SessionError(.lineTooLong, "the line is longer than \(WireLimits.responseLineBytes) bytes")
        case .incomplete(let start):
            filled = start..<filled.upperBound
            return nil
        }
    }

    // Moves what is left to the front; where that is not enough, doubles the storage.
    private func makeRoom() {
        if filled.isEmpty, storage.count > LineBuffer.initialBytes {
            storage = [UInt8](repeating: 0, count: LineBuffer.initialBytes)
        } else if filled.lowerBound > 0 {
            storage.withUnsafeMutableBytes { buffer in
                guard let base = buffer.baseAddress else { return }
                memmove(base, base + filled.lowerBound, filled.count)
            }
        }
        filled = 0..<filled.count
        if filled.count == storage.count { storage += [UInt8](repeating: 0, count: storage.count) }
    }
}

/// Calls again for as long as a signal came in between (`EINTR`).
func retryingInterrupted<Count: SignedInteger>(_ call: () -> Count) -> Count {
    while true {
        let count = call()
        if count >= 0 || errno != EINTR { return count }
    }
}
