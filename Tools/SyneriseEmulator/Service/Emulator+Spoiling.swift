// SPDX-License-Identifier: Apache-2.0

extension Emulator {
    /// The answer of a fault, in place of the good one.
    func answer(_ fault: StatusFault, to request: Request) -> Answer {
        var answer = body(fault, to: request)
        answer.status = fault.code
        switch fault.retryAfter {
        case .text(let text): answer.headers["Retry-After"] = text
        case .date(let seconds):
            answer.headers["Retry-After"] = HTTPDate.text(secondsSince1970: clock.nowSeconds + seconds)
        case nil: break
        }
        if let location = fault.location { answer.headers["Location"] = location }
        return answer
    }

    private func body(_ fault: StatusFault, to request: Request) -> Answer {
        switch fault.body {
        case .json:
            Refusal(status: fault.code, message: "a fault of the emulator")
                .answer(path: request.path, nowSeconds: clock.nowSeconds)
        case .html:
            Answer(
                headers: ["Content-Type": "text/html"],
                body: Array("<html><body><h1>\(StatusPhrase.of(fault.code))</h1></body></html>".utf8))
        case .empty: Answer()
        case .content(let bytes, let type): Answer(headers: ["Content-Type": type], body: bytes)
        }
    }

    /// The answer with what a fault does to its body and its way.
    func spoil(_ answer: Answer, _ effect: Fault.Effect?) -> Answer {
        var answer = answer
        switch effect {
        case .drop: answer.delivery = .dropped
        case .truncate(let bytes): answer.delivery = .truncated(bytes: bytes)
        case .malformed: answer.body = Array(#"{"token": <not JSON>"#.utf8)
        case .oversize(let chunked):
            answer.body = oversized(answer.body)
            answer.delivery = chunked ? .chunked : .whole
        case .status, .tokenTooLong, .expiration, .noToken, nil: break
        }
        return answer
    }

    // White space behind the value leaves it valid.
    private func oversized(_ body: [UInt8]) -> [UInt8] {
        body + Array(repeating: UInt8(ascii: " "), count: TokenObject.longestBodyBytes + 1)
    }
}
