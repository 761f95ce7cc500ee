// SPDX-License-Identifier: Apache-2.0

extension Emulator {
    /// The answer of a fault, in place of the good one.
    func answer(_ fault: StatusFault, to request: Request, _ spoiling: Authority.Spoiling?) -> Answer {
        var answer = body(fault, of: request, spoiling)
        answer.status = fault.code
        switch fault.retryAfter {
        case .text(let text): answer.headers["Retry-After"] = text
        case .date(let seconds):
            answer.headers["Retry-After"] = HTTPDate.text(secondsSince1970: authority.clock.nowSeconds + seconds)
        case nil: break
        }
        if let location = fault.location { answer.headers["Location"] = location }
        return answer
    }

    private func body(_ fault: StatusFault, of request: Request, _ spoiling: Authority.Spoiling?) -> Answer {
        switch fault.body {
        case .json: authority.errorBody(fault.code, of: request, spoiling)
        case .html: .html("<html><body><h1>\(StatusPhrase.of(fault.code))</h1></body></html>")
        case .empty: Answer()
        case .content(let bytes, let type): Answer(headers: ["Content-Type": type], body: bytes)
        }
    }
}

extension Answer {
    /// The longest body that a client has to take, in bytes.
    private static let longestBodyBytes = 1_048_576

    /// Does what a fault does to the body and its way.
    mutating func spoil(_ effect: FaultEffect) {
        switch effect {
        case .drop: delivery = .dropped
        case .truncate(let bytes): delivery = .truncated(bytes: bytes)
        case .malformed: body = Array(#"{"token": <not JSON>"#.utf8)
        case .oversize(let chunked):
            // White space behind the value leaves it valid.
            body += Array(repeating: UInt8(ascii: " "), count: Answer.longestBodyBytes + 1)
            delivery = chunked ? .chunked : .whole
        case .status: break
        }
    }
}
