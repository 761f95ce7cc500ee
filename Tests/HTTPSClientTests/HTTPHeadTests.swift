// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import HTTPSClient
@testable import TestSupport

@Suite("HTTP: what an answer's header says", .timeLimit(.minutes(10)))
struct HTTPHeadTests {
    static let now: Int64 = 784_111_700

    private func head(_ lines: String...) -> HTTPResponseHead {
        HTTPResponseHead("HTTP/1.1 200 OK\r\n\(lines.map { "\($0)\r\n" }.joined())\r\n".utf8)
    }

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
            ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_799),
        ]
    )
    func readsADate(text: String, meant: Int64) {
        #expect(HTTPDate.unixSeconds(text) == meant)
    }

    @Test(
        arguments: [
            "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT", "Xxx, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun,  06 Nov 1994 08:49:37 GMT",
            "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
        ])
    func refusesWhatIsNoDate(text: String) {
        #expect(HTTPDate.unixSeconds(text) == nil)
    }

    @Test(
        arguments: [
            ("120", Duration.seconds(120)), ("0", .zero), ("99999999999999999999", .seconds(Int64(Int32.max))),
            ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(77)), ("Sun, 06 Nov 1994 08:00:00 GMT", .zero),
            ("-1", nil), ("1.5", nil), ("soon", nil), ("", nil),
        ] as [(String, Duration?)])
    func readsHowLongToWait(text: String, wait: Duration?) {
        #expect(head("Retry-After: \(text)").retryAfter(now: Self.now) == wait)
    }

    @Test func measuresAWaitOnTheServersOwnClock() {
        let head = head("Date: Sun, 06 Nov 1994 08:49:30 GMT", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(head.retryAfter(now: 0) == .seconds(7))
    }

    @Test func takesTheFirstOfTwo() {
        let head = head("Date: Sun, 06 Nov 1994 08:49:30 GMT", "X: y", "date:Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(head.date == 784_111_770)
        #expect(self.head("Retry-After: 5", "Retry-After: 7").retryAfter(now: Self.now) == .seconds(5))
    }

    @Test(arguments: [("a/B", "a/b"), ("a/b;c=d", "a/b"), (" a/b\t;", "a/b"), ("", "")])
    func readsTheMediaType(text: String, type: String) {
        #expect(head("Content-Type:\(text)").mediaType == type)
    }

    @Test(arguments: [("gzip", true), ("GZIP, br", true), ("identity", false), ("Identity", false)])
    func noticesACodedBody(text: String, isEncoded: Bool) {
        #expect(head("Content-Encoding: \(text)").isEncoded == isEncoded)
    }

    @Test(arguments: ["", "\r\n", ":", "a\r\n:\r\n : \r\n\u{0}:", "HTTP/1.1 200 OK"])
    func readsNothingFromNothing(text: String) {
        let head = HTTPResponseHead(text.utf8)
        #expect((head.status, head.date, head.mediaType, head.isEncoded) == (nil, nil, nil, false))
    }

    @Test func readsNothingBehindTheHeader() {
        #expect(head("", "Date: Sun, 06 Nov 1994 08:49:30 GMT").date == nil)
    }

    @Test(arguments: [("HTTP/1.1 200 OK", 200), ("HTTP/1.0 404 ", 404), ("HTTP/1.1 503", 503)])
    func readsTheStatus(line: String, status: Int) {
        let head = HTTPResponseHead("\(line)\r\n\r\n".utf8)
        #expect(head.status == status)
        #expect(head.isComplete)
    }

    @Test(
        arguments: [
            "HTTP/x 200 OK", "HTTP/2 200", "HTTP/1.1  200", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 +20 OK",
            "HTTP/1.1", "HTTP/1.1 abc", "ICY 200 OK", "HTTP/1.1 099 No",
        ])
    func findsNoStatusInAnotherLine(line: String) {
        #expect(HTTPResponseHead("\(line)\r\n\r\n".utf8).status == nil)
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nDate: x\r\n", "HTTP/1.1 200 OK\r\n\r", ""])
    func noticesThatTheHeaderHasNoEnd(text: String) {
        #expect(!HTTPResponseHead(text.utf8).isComplete)
    }
}
