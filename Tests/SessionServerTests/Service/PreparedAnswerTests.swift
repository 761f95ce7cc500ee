// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import AccessRules
@testable import LineServer
@testable import SessionServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct PreparedAnswerTests {
    private let answer = UUIDAnswer(uuid: CustomerUUID(bytes: Array(0..<16), version: 4))

    @Test(arguments: ["1", "null", "\"a b\"", "-12345678901234567890"])
    func isWhatWouldHaveBeenWrittenForThatID(id: String) {
        var prepared = PreparedAnswer()
        prepared.prepare(answer, trueUntil: .seconds(5))
        var output = Array("before\n".utf8)
        let bytes = Array(id.utf8)
        prepared.append(id: bytes.span, to: &output)
        #expect(output == Array("before\n".utf8) + ResponseLine.line(id: bytes, result: answer.json))
    }

    @Test func holdsUntilItsInstantOrUntilItIsInvalidated() {
        var prepared = PreparedAnswer()
        #expect(!prepared.holds(at: .zero))
        prepared.prepare(answer, trueUntil: .seconds(5))
        #expect(prepared.holds(at: .milliseconds(4999)))
        #expect(!prepared.holds(at: .seconds(5)))
        prepared.prepare(answer, trueUntil: .seconds(9))
        #expect(prepared.holds(at: .seconds(5)))
        prepared.invalidate()
        #expect(!prepared.holds(at: .seconds(1)))
    }
}
