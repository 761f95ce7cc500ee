// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SessiondSystemd

@Suite(.timeLimit(.minutes(10))) struct SinkChoiceTests {
    @Test func choosesTheJournalWhereTheDescriptorIsItsStream() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        var status = stat()
        try #require(fstat(descriptor, &status) == 0)
        let name = "\(status.st_dev):\(status.st_ino)"
        #expect(SystemdLogging.preferredSink(journalStream: name, descriptor: descriptor) is JournalSink)
        let elsewhere = "\(status.st_dev):\(status.st_ino + 1)"
        #expect(SystemdLogging.preferredSink(journalStream: elsewhere, descriptor: descriptor) is StandardErrorSink)
    }

    @Test(arguments: [nil, "", ":", "1", "1:2:3", "a:b", "-1:2", "8:1x"])
    func choosesStderrWithoutAStream(text: String?) {
        #expect(SystemdLogging.preferredSink(journalStream: text, descriptor: 2) is StandardErrorSink)
    }

    @Test func isNotConnectedThroughAClosedDescriptor() {
        #expect(SystemdLogging.preferredSink(journalStream: "0:0", descriptor: -1) is StandardErrorSink)
    }
}
