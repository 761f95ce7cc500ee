// SPDX-License-Identifier: Apache-2.0

/// What a client wants to know of an answer's header.
struct HTTPResponseHead: Equatable {
    /// Of an answer of HTTP/1; `nil`: it is none. (libcurl takes any line that begins with `HTTP/` for a 200.)
    package private(set) var status: Int?
    /// Whether it came to its end.
    private(set) var isComplete = false
    /// `Date`, in whole seconds since 1970.
    package private(set) var date: Int64?
    /// `Content-Type` without parameters, in lower case.
    private(set) var mediaType: String?
    /// Whether the body is coded in a way that nobody asked for (RFC 9110 §8.4).
    private(set) var isEncoded = false
    private var retryAfterText: String?

    /// Reads the lines of one header, status line included, up to the empty one: trailers say nothing. Of a field that
    /// occurs twice, the first counts.
    init(_ bytes: some Sequence<UInt8>) {
        let lines = Array(bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .dropLast().map(HTTPResponseHead.trimmed)
        status = lines.first.flatMap(HTTPResponseHead.status)
        let end = lines.firstIndex(where: \.isEmpty)
        isComplete = end != nil
        for line in lines[..<(end ?? lines.endIndex)].dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            let value = HTTPResponseHead.trimmed(line[line.index(after: colon)...])
            take(name, String(decoding: value, as: UTF8.self))
        }
    }

    /// How long the peer asked to be left alone: seconds, or a date that its own clock measures (RFC 9110 §10.2.3).
    ///
    /// - Parameter now: Whole seconds since 1970, which stand in where the answer has no date.
    func retryAfter(now: Int64) -> Duration? {
        guard let text = retryAfterText else { return nil }
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            return .seconds(Int64(text) ?? Int64(Int32.max))
        }
        guard let then = HTTPDate.unixSeconds(text) else { return nil }
        return .seconds(max(0, then - (date ?? now)))
    }

    private mutating func take(_ name: String, _ value: String) {
        switch name {
        case "date": date = date ?? HTTPDate.unixSeconds(value)
        case "retry-after": retryAfterText = retryAfterText ?? value
        case "content-type": mediaType = mediaType ?? HTTPResponseHead.mediaType(value)
        case "content-encoding": isEncoded = isEncoded || value.lowercased() != "identity"
        default: break
        }
    }

    // `HTTP/1.1 200 Reason`, RFC 9112 §4; the reason, with or without its space, does not count.
    private static func status(_ line: ArraySlice<UInt8>) -> Int? {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0].starts(with: "HTTP/1.".utf8), parts[0].count == 8, parts[1].count == 3,
            let status = Int(String(decoding: parts[1], as: UTF8.self)), status >= 100
        else { return nil }
        return status
    }

    private static func mediaType(_ value: String) -> String {
        let type = value.utf8.prefix { $0 != UInt8(ascii: ";") }
        return String(decoding: trimmed(ArraySlice(type)), as: UTF8.self).lowercased()
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
        var rest = bytes.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
