// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionProtocol

@Suite("JSON values by chance", .timeLimit(.minutes(10)))
struct JSONRandomTests {
    @Test("what is written is read again as it was", arguments: 0..<500)
    func writtenIsRead(seed: Int) throws {
        var random = RandomJSON(seed: UInt64(seed))
        let value = random.value()
        #expect(written(try JSONValue(parsing: bytes(written(value)))) == written(value))
    }

    @Test("white space and escapes change no value", arguments: 0..<500)
    func formChangesNothing(seed: Int) throws {
        var random = RandomJSON(seed: UInt64(seed))
        let value = random.value()
        let text = random.text(of: value)
        let read = try JSONValue(parsing: bytes(text))
        #expect(bytes(written(read)) == bytes(written(value)))
    }

    @Test("a damaged text is judged as an independent reader judges it", arguments: 0..<100)
    func damagedTexts(seed: Int) {
        var random = RandomJSON(seed: UInt64(seed))
        let whole = bytes(random.text(of: random.value(depth: 3)))
        for _ in 0..<100 {
            var text = random.damaged(whole)
            if text.count % 3 == 0 { text = random.damaged(text) }
            let isAccepted = (try? JSONValue(parsing: text)) != nil
            #expect(isAccepted == ReferenceJSON.accepts(text), "\(text)")
        }
    }

    @Test("the independent reader agrees on every table")
    func referenceAgrees() {
        for text in ValidText.all { #expect(ReferenceJSON.accepts(bytes(text.text)), "\(text.text)") }
        for text in InvalidText.all { #expect(!ReferenceJSON.accepts(text.bytes), "\(text.testDescription)") }
    }
}
