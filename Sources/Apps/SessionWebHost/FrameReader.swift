// SPDX-License-Identifier: Apache-2.0

/// Finds the messages in what a browser writes, however they were cut up: four bytes that say the length, in the
/// machine's own order, then so many bytes (native messaging of Chromium and Firefox).
///
/// It never holds more than one message of the longest length, and what was read with it.
package struct FrameReader {
    /// What was found.
    package enum Reading: Equatable {
        /// A message.
        case message([UInt8])
        /// A message that is longer than the limit; it is passed over.
        case tooLong(bytes: Int)
    }

    private let maximumBytes: Int
    private var bytes: [UInt8] = []
    // Of a message that is too long, what has not come yet.
    private var toPassOver = 0

    /// A reader of messages of at most so many bytes.
    package init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    /// What it holds.
    package var count: Int { bytes.count }

    /// Takes what was read.
    package mutating func append(_ more: some Collection<UInt8>) {
        let passedOver = min(toPassOver, more.count)
        toPassOver -= passedOver
        bytes += more.dropFirst(passedOver)
    }

    /// The next message; `nil`: it is not whole yet.
    package mutating func next() -> Reading? {
        guard bytes.count >= Frame.headBytes else { return nil }
        let length = Frame.length(of: bytes)
        guard length <= maximumBytes else {
            let here = min(length, bytes.count - Frame.headBytes)
            bytes.removeFirst(Frame.headBytes + here)
            toPassOver = length - here
            return .tooLong(bytes: length)
        }
        let end = Frame.headBytes + length
        guard bytes.count >= end else { return nil }
        defer { bytes.removeFirst(end) }
        return .message(Array(bytes[Frame.headBytes..<end]))
    }
}

/// How a message goes over a pipe between a browser and a native application.
package enum Frame {
    /// The bytes before a message.
    package static let headBytes = 4
    /// The longest message that a browser takes, in bytes.
    package static let longestToBrowser = 1024 * 1024

    /// The message with its length before it.
    package static func framed(_ message: some Collection<UInt8>) -> [UInt8] {
        withUnsafeBytes(of: UInt32(message.count)) { Array($0) } + message
    }

    // The first bytes' number.
    fileprivate static func length(of bytes: [UInt8]) -> Int {
        Int(bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) })
    }
}
