// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Testing

@testable import SessiondSystemd

@Suite(.timeLimit(.minutes(10))) struct JournalRecordTests {
    @Test func holdsOneAssignmentPerField() throws {
        let fields = [
            try #require(JournalField(name: "PEER_UID", value: "7")), try #require(JournalField(name: "E", value: "")),
        ]
        let entry = LogEntry(level: .error, message: "text", fields: fields)
        #expect(Self.assignments(entry) == ["MESSAGE=text", "PRIORITY=3", "PEER_UID=7", "E="])
    }

    @Test func keepsValuesAsTheyAre() throws {
        let value = "a\nPRIORITY=0\0ü"
        let entry = LogEntry(
            level: .info,
            message: value,
            fields: [try #require(JournalField(name: "V", value: value))]
        )
        #expect(Self.assignments(entry) == ["MESSAGE=\(value)", "PRIORITY=6", "V=\(value)"])
    }

    @Test(arguments: zip(Logger.Level.allCases, [7, 7, 6, 5, 4, 3, 2] as [UInt8]))
    func mapsLevelsToPriorities(level: Logger.Level, priority: UInt8) {
        #expect(level.priority == priority)
        #expect(Self.assignments(LogEntry(level: level, message: "")).last == "PRIORITY=\(priority)")
    }

    private static func assignments(_ entry: LogEntry) -> [String] {
        JournalRecord(entry).withVectors { vectors in
            vectors.map { vector in
                let bytes = UnsafeRawBufferPointer(start: vector.iov_base, count: vector.iov_len)
                return String(decoding: bytes, as: UTF8.self)
            }
        }
    }
}
