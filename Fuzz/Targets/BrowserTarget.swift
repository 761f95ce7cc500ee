// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionWebHost

/// What a browser writes to its host: frames, however they are cut; and, with what the daemon answers, what becomes of it.
enum BrowserTarget {
    private static let limit = 48

    static func run(_ input: [UInt8]) {
        let whole = readings(input, chunk: max(input.count, 1))
        for chunk in [1, 3, 7] {
            require(readings(input, chunk: chunk) == whole, "chunks of \(chunk) make other messages")
        }
        var talk = Talk()
        for line in input.split(separator: 0x0A, omittingEmptySubsequences: false) {
            // What begins with `<` is the daemon's.
            if line.first == UInt8(ascii: "<") {
                talk.hear(Array(line.dropFirst()))
            } else {
                talk.read(Array(line))
            }
        }
    }

    private static func readings(_ input: [UInt8], chunk: Int) -> [FrameReader.Reading] {
        var reader = FrameReader(maximumBytes: limit)
        var found: [FrameReader.Reading] = []
        for start in stride(from: 0, to: input.count, by: chunk) {
            reader.append(input[start..<min(start + chunk, input.count)])
            while let reading = reader.next() { found.append(reading) }
            require(reader.count < Frame.headBytes + limit, "\(reader.count) bytes are held")
        }
        return found
    }
}

/// A bridge that is watched: nothing but a hello goes to a daemon before it has said that it knows the origin.
private struct Talk {
    private var bridge = Bridge()
    private var greeting: [UInt8]?
    private var isWelcome = false

    mutating func read(_ message: [UInt8]) {
        guard message.count <= Bridge.maximumMessageBytes else { return }
        check(bridge.take(.message(message)))
    }

    mutating func hear(_ line: [UInt8]) {
        let effects = bridge.take(line: line)
        isWelcome = isWelcome || effects.contains { $0.isWelcome }
        check(effects)
    }

    private mutating func check(_ effects: [Bridge.Effect]) {
        for effect in effects {
            switch effect {
            case .tell(let message):
                require(message.count <= Frame.longestToBrowser, "a message of \(message.count) bytes")
            case .send(let line):
                require(line.firstIndex(of: 0x0A) == line.count - 1, "not one line")
                require(line.count <= WireLimits.requestLineBytes, "a line of \(line.count) bytes")
                require(isWelcome || greeting == nil, "a line before the daemon has said that it knows the origin")
                greeting = greeting ?? line
            case .connect(let milliseconds):
                require((0...30_000).contains(milliseconds), "a pause of \(milliseconds) ms")
                (greeting, isWelcome) = (nil, false)
                check(bridge.connected())
            case .disconnect: (greeting, isWelcome) = (nil, false)
            case .end: return
            }
        }
    }
}

extension Bridge.Effect {
    fileprivate var isWelcome: Bool {
        switch self {
        case .tell(let message): message.starts(with: Array(#"{"jsonrpc":"2.0","method":"host.connected""#.utf8))
        case .send(let line): line.starts(with: Array(#"{"jsonrpc":"2.0","id":1,"method":"daemon.origins""#.utf8))
        default: false
        }
    }
}
