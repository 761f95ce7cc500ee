// SPDX-License-Identifier: Apache-2.0

import Logging
import Testing

@testable import SessiondSystemd

@Suite(.timeLimit(.minutes(10))) struct MessageIDTests {
    @Test func writesAllDigits() {
        #expect(MessageID(0x00ab_0000_0000_0000_0000_0000_0000_0001).description == "00ab0000000000000000000000000001")
        #expect(MessageID(0).metadataValue == .string(String(repeating: "0", count: 32)))
    }

    @Test func parsesBothCases() throws {
        let identifier = try #require(MessageID("00AB0000000000000000000000000001"))
        #expect(identifier == MessageID(0x00ab_0000_0000_0000_0000_0000_0000_0001))
    }

    @Test(arguments: [
        "", "1", "+0ab0000000000000000000000000001", "0000000000000000000000000000000g",
        "000000000000000000000000000000001", "00ab0000-0000-0000-0000-000000000",
    ])
    func refusesOtherTexts(text: String) {
        #expect(MessageID(text) == nil)
    }
}
