// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondPrimitives

/// One connection, on the loop's thread only.
package final class Connection {
    let socket: Int32
    /// Tells it from later connections with the same descriptor.
    let serial: UInt32
    package let peer: Peer
    /// What the service knows about it.
    package let context: AnyObject
    /// What it wants to have at hand of that with every line.
    package var bits: UInt64

    /// What was read.
    var input: LineInput
    /// What is to be written.
    package internal(set) var output = LineOutput()
    /// Calls that wait for an answer.
    package var inFlight = 0
    /// When something arrived, or was answered, last.
    var activeAt: Duration
    /// Whether it stays although nothing is under way: its peer is told what happens.
    package var isHeld = false
    /// What the kernel is asked to report.
    var interest: UInt32 = 0
    /// Whether it is looked at before the loop sleeps again.
    var isTouched = false
    /// Whether it is among those that the loop writes to in turns.
    var isTold = false
    var phase = ConnectionPhase.open

    init(
        socket: Int32, serial: UInt32, peer: Peer, context: AnyObject, bits: UInt64, longestLineBytes: Int,
        now: Duration
    ) {
        (self.socket, self.serial, self.peer, self.context) = (socket, serial, peer, context)
        self.bits = bits
        input = LineInput(splitter: LineSplitter(maximumLineBytes: longestLineBytes))
        activeAt = now
    }

    /// What the kernel gives back with an event: descriptor and serial.
    var token: UInt64 { Connection.token(socket: socket, serial: serial) }

    /// The same of a connection that is still to be made; 0 is no connection's serial.
    static func token(socket: Int32, serial: UInt32) -> UInt64 {
        UInt64(serial) << 32 | UInt64(UInt32(bitPattern: socket))
    }

    /// Whether something has arrived that was not read yet; asks the kernel.
    var hasUnreadBytes: Bool {
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) > 0
    }

    /// Whether requests are left alone until the peer takes its answers; or for ever, once it is being ended.
    var isPaused: Bool { output.unsent.count > output.pausedAbove }

    /// Whether all answers were given and taken.
    var isAnswered: Bool { inFlight == 0 && output.unsent.isEmpty }

    /// Whether nothing is left to do here.
    var isFinished: Bool { input.hasEnded && isAnswered && input.bytes.isEmpty && !isHeld }

    /// Whether what comes is read now: lines while there is room for their answers, anything while it is thrown away.
    var isReading: Bool {
        switch phase {
        case .open, .cutOff: !input.hasEnded && !isPaused
        case .draining: !input.hasEnded
        case .closed: false
        }
    }
}

/// What a connection has read, as far as it was not used up.
struct LineInput {
    /// Part of a line, or lines that wait until there is room for answers.
    var bytes: [UInt8] = []
    var splitter: LineSplitter
    /// Whether `bytes` has whole lines, which were left alone because the peer did not take its answers.
    var hasWaitingLines = false
    /// Since when the line has been incomplete; `nil`: none is.
    var lineSince: Duration?
    /// Whether the peer sends no more.
    var hasEnded = false

    init(splitter: LineSplitter) { self.splitter = splitter }
}

/// What a connection has to write, and how the peer takes it.
package struct LineOutput {
    /// Answers that the peer has not taken.
    package internal(set) var unsent = UnsentBytes()
    /// With how many of them no more requests are read; -1: with none, for what comes is thrown away.
    var pausedAbove = LineLimits.pausedBytes
    /// Whether the peer left more of them than it may when the loop went to sleep last.
    var isOverfull = false
    /// Whether the peer takes no answers any more.
    var isDeaf = false
    /// Whether the peer was told that no more answers come.
    var isSilenced = false
}

/// How far a connection's life has come.
enum ConnectionPhase: Equatable {
    /// Requests come and answers go.
    case open
    /// The daemon stops: what had arrived is still read, and nothing arrives any more.
    case cutOff
    /// What comes is thrown away until an instant, so that the peer can read why.
    case draining(until: Duration)
    /// Gone.
    case closed
}
