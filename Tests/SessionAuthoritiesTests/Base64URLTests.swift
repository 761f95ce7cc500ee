// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import HTTPSClient
@testable import SessionAuthorities

@Suite(.timeLimit(.minutes(10))) struct Base64URLTests {
    @Test(arguments: 0..<70)
    func agreesWithFoundationAndReadsItsOwnText(length: Int) throws {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ length) }
        let text = Base64URL.encode(bytes)
        let standard = Data(bytes).base64EncodedString().replacingOccurrences(of: "=", with: "")
        #expect(text == standard.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_"))
        #expect(Base64URL.decode(text) == bytes)
    }

    @Test(arguments: ["A", "AA==", "A+AA", "A/AA", "AB", "AAF", "AA A", "AAAAA", "Ää"])
    func refusesWhatItDoesNotWrite(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}
