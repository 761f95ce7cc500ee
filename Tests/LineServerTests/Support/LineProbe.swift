// SPDX-License-Identifier: Apache-2.0

@testable import LineServer
@testable import TestSupport

/// The simplest service: it echoes lines, or keeps them until the test wants them answered.
///
/// `echo TEXT` is answered with TEXT; `large COUNT` with so many letters; `later TEXT` with TEXT when the test says so;
/// `hold TEXT` holds the loop up until the test releases it; anything else is answered with nothing.
final class LineProbe: LineService {
    enum Message: Sendable {
        case run(@Sendable (LineProbe) -> Void)
    }

    /// What the test's thread sees.
    struct Record: Sendable {
        var lines: [String] = []
        var accepted = 0
        var closed = 0
        /// How many lines had come when each connection ended.
        var linesBeforeEnds: [Int] = []
        var hasStopped = false
        var isReleased = false
        var hangUps: [Int32] = []
    }

    weak var loop: EventLoop?
    let record: Watched<Record>
    var grantsReserve = false
    var nextDeadline: Duration?
    var deadlines: [Duration] = []
    var now = Duration.zero {
        didSet { wakeUps += 1 }
    }
    /// How often the loop has come round.
    var wakeUps = 0
    private var waiting: [String: Connection] = [:]

    let mailbox: LoopMailbox<Message>

    init(record: Watched<Record>, mailbox: LoopMailbox<Message>) { (self.record, self.mailbox) = (record, mailbox) }

    func accept(_ peer: Peer, by role: Int) -> (context: AnyObject, bits: UInt64) {
        record.change { $0.accepted += 1 }
        return (self, 0)
    }

    func isPrivileged(_ peer: Peer) -> Bool { grantsReserve }

    func receive(_ line: Span<UInt8>, from connection: Connection, output: inout [UInt8]) {
        let text = line.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        record.change { $0.lines.append(text) }
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2 else { return }
        switch words[0] {
        case "echo": output += Array((words[1] + "\n").utf8)
        case "large": output += Array(repeating: UInt8(ascii: "x"), count: Int(words[1]) ?? 0) + [0x0A]
        case "later":
            connection.inFlight += 1
            waiting[words[1]] = connection
        case "hold": _ = try? record.wait("the release") { $0.isReleased }
        default: break
        }
    }

    /// Answers a line that had to wait.
    func answer(_ label: String, padding: Int = 0) {
        guard let connection = waiting.removeValue(forKey: label) else { return }
        connection.inFlight -= 1
        let padding = Array(repeating: UInt8(ascii: "."), count: padding)
        loop?.send(Array(label.utf8) + padding + [0x0A], to: connection)
    }

    func note(_ fault: ConnectionFault) {}

    func complaint(about fault: ConnectionFault) -> [UInt8] { Array("\(fault)\n".utf8) }

    func closed(_ connection: Connection) {
        waiting = waiting.filter { $0.value !== connection }
        record.change { record in
            record.closed += 1
            record.linesBeforeEnds.append(record.lines.count)
        }
    }

    func takeMessages() {
        for case .run(let body) in mailbox.takeAll() { body(self) }
    }

    func deadlinePassed(at now: Duration) {
        deadlines.append(now)
        nextDeadline = nil
    }

    func wakeUpEnded() {}

    func hangUp(pid: Int32, uid: UInt32) { record.change { $0.hangUps.append(pid) } }

    func beginStop() { record.change { $0.hasStopped = true } }

    func endStop() {}
}
