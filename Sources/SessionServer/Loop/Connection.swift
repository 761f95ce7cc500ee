// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionProtocol

/// One connection, on the loop's thread only.
final class Connection<Context> {
    let socket: Int32
    /// Tells it from later connections with the same descriptor.
    let serial: UInt32
    let peer: Peer
    var context: Context

    /// Bytes that were read and not used up: part of a line, or lines that wait until there is room for answers.
    var input: [UInt8] = []
    var splitter = LineSplitter()
    /// Answers that the peer has not taken.
    var unsent: [UInt8] = []
    /// Calls that wait for an answer.
    var inFlight = 0
    /// Since when the line has been incomplete; `nil`: none is.
    var lineSince: Duration?
    /// When something arrived last.
    var activeAt: Duration
    /// What the kernel is asked to report.
    var interest: UInt32 = 0
    var phase = ConnectionPhase.open

    init(socket: Int32, serial: UInt32, peer: Peer, context: Context, now: Duration) {
        (self.socket, self.serial, self.peer, self.context) = (socket, serial, peer, context)
        activeAt = now
    }

    /// What the kernel gives back with an event: descriptor and serial.
    var token: UInt64 { UInt64(serial) << 32 | UInt64(UInt32(bitPattern: socket)) }

    /// Hands bytes to the kernel; the number that it took, or -1 with errno.
    func take(_ bytes: [UInt8]) -> Int { send(bytes, over: socket) }

    /// Whether requests are left alone until the peer takes its answers.
    var isPaused: Bool { unsent.count > ServerLimits.pausedBytes }

    /// Whether nothing is left to do here.
    var isFinished: Bool { phase == .inputEnded && inFlight == 0 && unsent.isEmpty && input.isEmpty }
}

/// Sends as much as the kernel takes, send(2); a peer that is gone raises no signal.
func send(_ bytes: [UInt8], over socket: Int32) -> Int {
    bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
}
