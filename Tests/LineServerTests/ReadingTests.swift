// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LineServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct ReadingTests {
    // Blank lines, CR before LF, a long line, and a last one without its LF.
    private static let script = Array(
        ("echo one\n\r\n  \necho two\r\necho " + String(repeating: "3", count: 3000) + "\n\n\necho four").utf8)
    private static let answers = ["one", "two", String(repeating: "3", count: 3000), "four"]

    @Test(arguments: [1, 2, 3, 5, 7, 11, 64, 1000, 1 << 20])
    func everyChunkingGivesTheSameAnswers(pieceBytes: Int) throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        #expect(try client.converse(ReadingTests.script, inPiecesOf: pieceBytes) == ReadingTests.answers)
    }

    @Test func everyCutInTwoGivesTheSameAnswers() throws {
        let fixture = try LoopFixture()
        let script = Array("echo a\r\n\necho b\necho c".utf8)
        for cut in 1..<script.count {
            let client = try fixture.connect()
            try client.send(Array(script[..<cut]))
            try fixture.settle()
            try client.send(Array(script[cut...]))
            client.halfClose()
            #expect(try client.lines() == ["a", "b", "c"], "cut at \(cut)")
        }
    }

    @Test func tenThousandPipelinedLinesAreAnsweredInOrder() throws {
        let fixture = try LoopFixture()
        let labels = (0..<10_000).map(String.init)
        let script = labels.map { "echo \($0)\n" }.joined()
        #expect(try fixture.connect().converse(Array(script.utf8)) == labels)
        #expect(try fixture.onLoop { probe, _ in probe.wakeUps } < 200)
    }

    @Test func answersToLongLinesKeepTheirOrder() throws {
        let fixture = try LoopFixture()
        let script = (0..<300).map { "large 5000\necho \($0)\n" }.joined()
        let answers = try fixture.connect().converse(Array(script.utf8))
        #expect(answers.count == 600)
        #expect(answers.enumerated().allSatisfy { $1 == "\($0 / 2)" || ($0 % 2 == 0 && $1.utf8.count == 5000) })
    }

    @Test func lineOfTheGreatestLengthIsTaken() throws {
        let fixture = try LoopFixture()
        let text = String(repeating: "y", count: 65_536 - 6)
        #expect(try fixture.connect().converse(Array("echo \(text)\necho z\n".utf8)) == [text, "z"])
    }

    @Test func lineThatIsTooLongIsRefusedBehindTheAnswersBeforeIt() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        let script = "echo before\n" + String(repeating: "y", count: 65_536) + "\necho after\n"
        #expect(try client.converse(Array(script.utf8)) == ["before", "lineTooLong"])
        try fixture.awaitClosed(1)
    }

    // From what the socket takes at once to what makes the loop pause; all is sent before anything is read.
    @Test(arguments: [1, 200_000, 220_000, 250_000, 270_000, 400_000])
    func answersThatWaitAreNotLostToALineThatIsTooLong(answerBytes: Int) throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        let answer = String(repeating: "x", count: answerBytes)
        try client.send("large \(answerBytes)\n" + String(repeating: "y", count: 70_000))
        client.halfClose()
        try fixture.settle()
        #expect(try client.lines() == [answer, "lineTooLong"])
    }

    @Test func endlessLineIsReadNoLongerThanTheDrainLasts() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send(String(repeating: "y", count: 65_537))
        #expect(try client.line() == "lineTooLong")
        #expect(try client.line() == nil)
        try fixture.advance(by: LineLimits.drain)
        try fixture.awaitClosed(1)
    }

    @Test func bytesBehindALineThatIsTooLongDoNotReachTheService() throws {
        let fixture = try LoopFixture()
        let client = try fixture.connect()
        try client.send(String(repeating: "y", count: 65_537))
        #expect(try client.line() == "lineTooLong")
        try client.send("\necho x\n")
        client.halfClose()
        #expect(try client.lines() == [])
        #expect(fixture.record.change { $0.lines } == [])
    }
}
