// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import AccessRules
@testable import LineServer
@testable import SessionServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct BatchTests {
    @Test func answersStandInTheOrderOfTheEntries() {
        let batch = Batch(entries: 4)
        batch.expect()
        batch.expect()
        batch.put(Array("1\n".utf8), at: 1)
        #expect(!batch.isComplete)
        #expect(!batch.complete(Array("3\n".utf8), at: 3))
        #expect(batch.complete(Array("0\n".utf8), at: 0))
        #expect(String(decoding: batch.line, as: UTF8.self) == "[0,1,3]\n")
    }

    @Test func batchWithoutAnswersHasNoLine() {
        let batch = Batch(entries: 2)
        #expect(batch.isComplete)
        batch.expect()
        #expect(batch.complete(nil, at: 1))
        #expect(batch.line == [])
    }
}
