// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Testing

@testable import SessiondSystemd

@Suite(.timeLimit(.minutes(10))) struct StandardErrorSinkTests {
    @Test func writesOneLine() throws {
        let pipe = Pipe()
        StandardErrorSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
            .write(LogEntry(level: .notice, message: "text"))
        try pipe.fileHandleForWriting.close()
        #expect(try pipe.fileHandleForReading.readToEnd() == Data("NOTICE text\n".utf8))
    }

    @Test func writesAllOfItToANonBlockingPipe() async throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
        // Full already, so that the first write is refused.
        let chunk = [UInt8](repeating: UInt8(ascii: "-"), count: 4096)
        var filled = 0
        while case let count = Glibc.write(descriptor, chunk, chunk.count), count > 0 { filled += count }
        let message = String(repeating: "x", count: 1_000_000)
        let reader = Task.detached { try pipe.fileHandleForReading.readToEnd() }
        StandardErrorSink(descriptor: descriptor).write(LogEntry(level: .info, message: message))
        try pipe.fileHandleForWriting.close()
        let expected = String(repeating: "-", count: filled) + "INFO \(message)\n"
        #expect(try await reader.value == Data(expected.utf8))
    }

    @Test func survivesAReaderThatLeft() throws {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let queue = try BoundedLogQueue(
            sink: StandardErrorSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        )
        // Reaching the next line is the point: SIGPIPE on the writing thread would end the process.
        queue.submit(LogEntry(level: .info, message: "text"))
        #expect(queue.flush(within: .seconds(30)))
    }
}
