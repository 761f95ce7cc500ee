// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionProtocol

@Suite("JSON texts, RFC 8259", .timeLimit(.minutes(10)))
struct JSONTextTests {
    @Test("a valid text is read, and written in its shortest form", arguments: ValidText.all)
    func acceptsValid(_ text: ValidText) throws {
        let value = try JSONValue(parsing: bytes(text.text))
        #expect(written(value) == text.rewritten)
        #expect(bytes(written(value)) == bytes(text.rewritten))
        #expect(written(try JSONValue(parsing: bytes(text.rewritten))) == text.rewritten)
    }

    @Test("a valid text is accepted where it is skipped, too", arguments: ValidText.all)
    func skipsValid(_ text: ValidText) throws {
        let text = bytes(text.text)
        var scanner = JSONScanner()
        try scanner.skipValue(text.span)
        try scanner.finish(text.span)
        #expect(scanner.position == text.count)
    }

    @Test("an invalid text is refused with its reason and offset", arguments: InvalidText.all)
    func refusesInvalid(_ text: InvalidText) {
        #expect(throws: text.error) { try JSONValue(parsing: text.bytes) }
    }

    @Test("an invalid text is refused alike where it is skipped", arguments: InvalidText.all)
    func refusesInvalidWhenSkipped(_ text: InvalidText) {
        #expect(throws: text.error) {
            var scanner = JSONScanner()
            try scanner.skipValue(text.bytes.span)
            try scanner.finish(text.bytes.span)
        }
    }

    @Test("an invalid text is refused alike as a line", arguments: InvalidText.all)
    func refusesInvalidLine(_ text: InvalidText) {
        #expect(throws: text.error) {
            var scanner = EnvelopeScanner()
            _ = try scanner.scan(text.bytes.span)
        }
    }

    @Test(
        "an invalid text is refused inside an array at its place", arguments: InvalidText.strings + InvalidText.escapes)
    func refusesInvalidInside(_ text: InvalidText) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: bytes("[0,") + text.bytes + bytes("]")) }
        #expect(error == JSONError(reason: text.error.reason, offset: text.error.offset + 3))
    }

    @Test(
        "a text cut anywhere is refused at a place within it",
        arguments: ValidText.strings + ValidText.escapes + ValidText.containers)
    func refusesTruncated(_ text: ValidText) {
        let whole = bytes(text.text)
        let body = bytes(text.text.trimmingSuffix { $0.isWhitespace })
        for length in 0..<body.count {
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: Array(whole.prefix(length))) }
            #expect(error.map { $0.offset <= length } == true)
        }
    }

    @Test("a request cut at any byte is refused")
    func refusesTruncatedRequest() {
        let line = bytes(
            #"{"jsonrpc":"2.0","id":"\u00e9é😀","method":"session.signIn","params":{"a":[true,false,null,-1.5e+3,{}]}}"#)
        for length in 0..<line.count {
            #expect(throws: JSONError.self) {
                var scanner = EnvelopeScanner()
                _ = try scanner.scan(Array(line.prefix(length)).span)
            }
        }
    }

    @Test("an error says where and why, and nothing of what the text holds")
    func errorsHoldNoContent() {
        let canary = "correct-horse-battery"
        let texts = [
            #"{"\#(canary)":1,"\#(canary)":2}"#, #"{"password":"\#(canary)" x}"#, #"{"password":"\#(canary)"#,
            #"\#(canary)"#, #"["\#(canary)\q"]"#, #"["\#(canary)\ud800"]"#, "[1\(canary)]",
        ]
        for text in texts {
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: bytes(text)) }
            guard let error else { continue }
            var dumped = ""
            dump(error, to: &dumped)
            for shown in ["\(error)", String(reflecting: error), dumped] { #expect(!shown.contains("horse")) }
            #expect("\(error)" == "\(error.reason.rawValue) at byte \(error.offset)")
        }
    }

    @Test("a scanner reads one text after another, also after a refused one")
    func scannerIsReusable() throws {
        var scanner = JSONScanner()
        for text in [#"{"a":[1,{"b":2"#, #"{"a":1,"b":{"a":2}}"#, "[[[", #"[{"a":1}]"#] {
            let text = bytes(text)
            scanner.reset()
            let isWhole = (try? scanner.skipValue(text.span)) != nil
            #expect(isWhole == ReferenceJSON.accepts(text))
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, predicate(last) { text.removeLast() }
        return text
    }
}
