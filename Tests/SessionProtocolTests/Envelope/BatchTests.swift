// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionProtocol

@Suite("Batches", .timeLimit(.minutes(10)))
struct BatchTests {
    private static let touch = #"{"jsonrpc":"2.0","method":"session.touch"}"#

    @Test("a batch has 1 to 32 entries", arguments: [1, 2, 31, 32])
    func acceptsEntries(count: Int) throws {
        let entries = (0..<count).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"session.status"}"# }
        let scanned = try ScannedLine("[" + entries.joined(separator: " , ") + "]")
        #expect(scanned.single == nil)
        #expect(scanned.batch.map { scanned.id(of: $0) } == (0..<count).map { String($0) })
        #expect(scanned.batch.allSatisfy { $0.problem == nil && $0.target == .method(.status) })
    }

    @Test("more entries are one invalid request", arguments: [33, 64, 1_000])
    func refusesTooMany(count: Int) throws {
        let scanned = try ScannedLine("[" + Array(repeating: Self.touch, count: count).joined(separator: ",") + "]")
        #expect(scanned.single?.problem == .batchTooLarge)
        #expect(scanned.single?.isNotification == false)
    }

    @Test("each entry stands for itself, and nothing of one leaks into the next")
    func mixedEntries() throws {
        let scanned = try ScannedLine(
            #"[{"jsonrpc":"2.0","id":"1","method":"session.status","params":{"a":1}},\#(Self.touch),1,[],"#
                + #"{"foo":"boo"},{"jsonrpc":"2.0","method":"foo.get","params":[1],"id":"5"},{"id":9}]"#)
        let batch = scanned.batch
        #expect(batch.map(\.problem) == [nil, nil, .notAnObject, .notAnObject, .unknownMember, nil, .version])
        #expect(batch.map(\.isNotification) == [false, true, false, false, false, false, false])
        #expect(batch.map { scanned.id(of: $0) } == [#""1""#, nil, nil, nil, nil, #""5""#, "9"])
        #expect(scanned.parameters(of: batch[0]) == #"{"a":1}"#)
        #expect(batch[1].parameters == .absent)
        #expect(batch[5].parameters == .array)
        #expect(batch[5].target == .unknown)
    }

    @Test("names may come again in another entry")
    func namesArePerEntry() throws {
        let entry = #"{"jsonrpc":"2.0","id":1,"method":"x","params":{"id":1,"method":2,"jsonrpc":3,"params":4}}"#
        #expect(try ScannedLine("[\(entry),\(entry)]").batch.map(\.problem) == [nil, nil])
    }

    @Test("a scanner keeps nothing of the line before")
    func scannerIsReusable() throws {
        var scanner = EnvelopeScanner()
        let lines = ["[\(Self.touch),\(Self.touch)]", "[1", #"{"id":1"#, "[\(Self.touch)]", Self.touch]
        var counts: [Int?] = []
        for line in lines {
            let line = bytes(line)
            switch try? scanner.scan(line.span) {
            case .batch: counts.append(scanner.batch.count)
            case .single(let envelope): counts.append(envelope.isNotification ? 0 : -1)
            case nil: counts.append(nil)
            }
        }
        #expect(counts == [2, nil, nil, 1, 0])
    }
}
