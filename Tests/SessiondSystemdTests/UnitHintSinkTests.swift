// SPDX-License-Identifier: Apache-2.0

import Glibc
import Logging
import SessiondPrimitives
import Testing

@testable import SessiondSystemd

@Suite(.timeLimit(.minutes(10))) struct UnitHintSinkTests {
    private let written = Monitor([LogEntry]())

    private func fields(of fields: [(String, String)]) -> [String] {
        let hints = ["PEER_PID": "PEER_UNIT"]
        let sink = UnitHintSink(before: KeepingSink(written: written), hints: hints) { process in
            process == 7 ? "till.service" : nil
        }
        sink.write(
            LogEntry(level: .info, message: "m", fields: fields.compactMap { JournalField(name: $0.0, value: $0.1) }))
        return written.withLock { $0.removeFirst() }.fields.map { "\($0.name)=\($0.value)" }
    }

    @Test func addsTheUnitOfTheProcessThatAnEntryIsAbout() {
        #expect(
            fields(of: [("PEER_UID", "1"), ("PEER_PID", "7")]) == [
                "PEER_UID=1", "PEER_PID=7", "PEER_UNIT=till.service",
            ])
    }

    @Test(arguments: [[("PEER_PID", "8")], [("PEER_PID", "seven")], [("PEER_PID", "")], [("PID", "7")], []])
    func leavesAnEntryAsItIsWhereThereIsNothingToAdd(given: [(String, String)]) {
        #expect(fields(of: given) == given.map { "\($0.0)=\($0.1)" })
    }

    @Test(arguments: [0, -1, Int32.max])
    func noUnitIsFoundForWhatIsNoProcess(number: Int32) {
        #expect(UnitHintSink.unit(of: number) == nil)
    }
}

private struct KeepingSink: LogSink {
    let written: Monitor<[LogEntry]>

    func write(_ entry: LogEntry) { written.withLock { $0.append(entry) } }
}
