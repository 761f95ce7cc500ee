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

    private func asked(about processes: [Int32], within duration: Duration) -> [Int32] {
        let asked = Monitor([Int32]()), clock = Monitor(Duration.seconds(7))
        let sink = UnitHintSink(
            before: KeepingSink(written: written), hints: ["PEER_PID": "PEER_UNIT"], now: { clock.withLock { $0 } }
        ) { process in
            asked.withLock { $0.append(process) }
            return process == 8 ? nil : "unit-\(process)"
        }
        for process in processes {
            let fields = JournalField(name: "PEER_PID", value: String(process)).map { [$0] } ?? []
            sink.write(LogEntry(level: .info, message: "m", fields: fields))
            clock.withLock { $0 += duration }
        }
        let units = written.withLock { $0 }.map { $0.fields.last?.value }
        #expect(units == processes.map { $0 == 8 ? "8" : "unit-\($0)" })
        return asked.withLock { $0 }
    }

    @Test func asksOnceASecondAboutAProcess() {
        #expect(asked(about: [7, 8, 7, 8, 9], within: .milliseconds(100)) == [7, 8, 9])
        written.withLock { $0 = [] }
        #expect(asked(about: [7, 7, 7, 7], within: .milliseconds(400)) == [7, 7])
    }

    @Test func remembersABoundedNumberOfProcesses() {
        let processes = (1...Int32(UnitHintSink.maximumProcesses)).map { $0 + 100 }
        #expect(asked(about: processes + processes + [1, 101], within: .zero) == processes + [1, 101])
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
