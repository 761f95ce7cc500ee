// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// An answer that is encoded already, but for the id.
struct PreparedAnswer {
    /// What follows the id: `,"result":{…}}` and LF.
    private var tail: [UInt8] = []
    /// Until when that is true, on CLOCK_BOOTTIME.
    private var trueUntil = Duration.zero

    /// Ids up to so many bytes are copied one by one.
    private static let shortID = 8

    /// Whether the answer is still true.
    func holds(at now: Duration) -> Bool { now < trueUntil }

    /// Appends the answer to an id.
    func append(id: Span<UInt8>, to output: inout [UInt8]) {
        output.append(contentsOf: ResponseLine.idPrefix)
        if id.count <= PreparedAnswer.shortID {
            // Most ids are small numbers: to copy a block costs more than all of their digits.
            for index in id.indices { output.append(id[index]) }
        } else {
            id.withUnsafeBufferPointer { output.append(contentsOf: $0) }
        }
        output.append(contentsOf: tail)
    }

    /// Replaces it by one that is true until an instant.
    mutating func prepare(_ response: some SessionResponse, trueUntil instant: Duration) {
        tail = ResponseLine.resultName + response.json + [UInt8(ascii: "}"), 0x0A]
        trueUntil = instant
    }

    /// Makes sure that it is not used any more.
    mutating func invalidate() { trueUntil = .zero }
}
