// SPDX-License-Identifier: Apache-2.0

import SessionClient
import SessionProtocol
import SessiondPrimitives

/// Decides what becomes of each message and each line between a browser and the daemon. It does no I/O.
///
/// A connection begins with the extension's opening; until the daemon has said that it holds the connection to what the
/// origin may do, nothing else is sent on it. What the extension asks meanwhile waits; while there is no connection, it is
/// refused.
package struct Bridge {
    /// What is to be done.
    package enum Effect: Equatable {
        /// Hand a message to the browser.
        case tell([UInt8])
        /// Send a line to the daemon.
        case send([UInt8])
        /// Connect, after a pause of so many milliseconds and a random part of it less.
        case connect(afterMilliseconds: Int)
        /// Give the connection up.
        case disconnect
        /// There is nothing left to do.
        case end
    }

    private enum Phase: Equatable {
        /// The extension has not said anything yet.
        case unopened
        /// It is not known yet what the daemon answers to the hello.
        case greeting
        /// Requests go through.
        case open
        /// There is no connection, and why.
        case interrupted(SessionError)
    }

    /// The longest message from a browser: a line with its LF.
    package static let maximumMessageBytes = WireLimits.requestLineBytes - 1
    /// How many requests wait for a connection.
    static let waitingRequests = 64

    private static var unreachable: Backoff { Backoff(from: .milliseconds(100), to: .seconds(5)) }
    // Who was refused is rarely let in a moment later, and each time is logged.
    private static var refused: Backoff { Backoff(from: .seconds(1), to: .seconds(30)) }

    private var phase = Phase.unopened
    private var opening: Opening?
    private var waiting: [[UInt8]] = []
    private var unreachablePauses = Bridge.unreachable
    private var refusedPauses = Bridge.refused
    // Why it was said that there is no connection; nil: it was not.
    private var told: SessionError?
    private var effects: [Effect] = []

    /// A bridge between a browser that has said nothing and a daemon that was not asked yet.
    package init() {}

    /// Takes what the browser has written.
    package mutating func take(_ reading: FrameReader.Reading) -> [Effect] {
        switch (reading, opening) {
        case (.tooLong(let bytes), _):
            tell(error: Bridge.tooLong(bytes), id: nil)
        case (.message(let message), nil): open(message)
        case (.message(let message), _?): take(request: message)
        }
        return drained()
    }

    /// The connection stands.
    package mutating func connected() -> [Effect] {
        guard let opening else { return [] }
        phase = .greeting
        effects.append(.send(opening.hello))
        return drained()
    }

    /// Takes a line of the daemon, without its LF.
    package mutating func take(line: [UInt8]) -> [Effect] {
        if phase == .greeting {
            greet(line)
        } else if opening?.origin == nil {
            takeOrigins(line)
        } else {
            pass(line)
        }
        return drained()
    }

    /// There is no connection, or none any more.
    package mutating func lost() -> [Effect] {
        let pause = unreachablePauses.pause()
        interrupt(Bridge.interrupted, pause)
        return drained()
    }

    private mutating func drained() -> [Effect] {
        defer { effects = [] }
        return effects
    }
}

// MARK: - From the browser

extension Bridge {
    private mutating func open(_ message: [UInt8]) {
        do throws(SessionError) {
            let opening = try Opening(message: message)
            self.opening = opening
            phase = .greeting
            effects.append(.connect(afterMilliseconds: 0))
        } catch {
            notify("host.interrupted", error: error)
            effects.append(.end)
        }
    }

    private mutating func take(request message: [UInt8]) {
        guard opening?.origin != nil else { return }
        let id: [UInt8]
        do throws(SessionError) { id = try Bridge.identifier(of: message) } catch {
            return tell(error: error, id: nil)
        }
        switch phase {
        case .open: effects.append(.send(message + [0x0A]))
        case .interrupted(let error): tell(error: error, id: id)
        case .unopened, .greeting:
            guard waiting.count < Bridge.waitingRequests else {
                return tell(error: SessionError(.limitExceeded, "too many requests wait for the daemon"), id: id)
            }
            waiting.append(message)
        }
    }

    // The id of the one request that a message has to be.
    private static func identifier(of message: [UInt8]) throws(SessionError) -> [UInt8] {
        var scanner = EnvelopeScanner()
        let content: EnvelopeScanner.Content
        do throws(JSONError) { content = try scanner.scan(message.span) } catch {
            throw SessionError(.parseError, "the message is not JSON: \(error)")
        }
        // A line feed between two members would make two lines of it.
        guard case .single(let envelope) = content, envelope.problem == nil, let id = envelope.id,
            !message.contains(0x0A), !message.contains(0x0D)
        else { throw SessionError(.invalidRequest, "a message is one request with an id, in one line") }
        return Array(message[id])
    }
}

// MARK: - From the daemon

extension Bridge {
    private mutating func greet(_ line: [UInt8]) {
        do throws(SessionError) {
            switch try ResponseLine(line: line.span) {
            case .result(0, let answer):
                try opening?.check(answer)
                welcome(answer)
            case .error(_, let error): throw error
            case .result, .notification: break
            }
        } catch {
            refuse(error)
        }
    }

    private mutating func welcome(_ answer: JSONValue) {
        (phase, told) = (.open, nil)
        (unreachablePauses, refusedPauses) = (Bridge.unreachable, Bridge.refused)
        guard opening?.origin != nil else {
            let line = Opening.line(id: 1, method: .origins, parameters: Array(#""follow":true"#.utf8))
            return effects.append(.send(line))
        }
        notify("host.connected") { writer in
            writer.member("host", Product.version)
            writer.member("hello", answer)
        }
        for request in waiting { effects.append(.send(request + [0x0A])) }
        waiting = []
    }

    private mutating func pass(_ line: [UInt8]) {
        guard line.count > Frame.longestToBrowser else { return effects.append(.tell(line)) }
        let id = (try? JSONValue(parsing: line))?["id"].map { value in
            var writer = JSONWriter()
            writer.value(value)
            return writer.bytes
        }
        tell(error: SessionError(.limitExceeded, "the answer is longer than the 1 MB that a browser takes"), id: id)
    }

    private mutating func takeOrigins(_ line: [UInt8]) {
        do throws(SessionError) {
            switch try ResponseLine(line: line.span) {
            case .result(1, let answer), .notification("daemon.originsChanged", let answer):
                notify("host.origins") { $0.member("origins", answer["origins"]) }
            case .error(_, let error): throw error
            case .result, .notification: break
            }
        } catch {
            refuse(error)
        }
    }

    private mutating func refuse(_ error: SessionError) {
        effects.append(.disconnect)
        let isPassing = error.name == .shuttingDown
        let pause = isPassing ? unreachablePauses.pause() : refusedPauses.pause()
        interrupt(isPassing ? Bridge.interrupted : error, pause)
    }
}

// MARK: - To the browser

extension Bridge {
    /// What a page hears while the daemon cannot be reached. Why, is for the journal: it names files and users.
    static var interrupted: SessionError {
        var error = SessionError(
            ErrorName(rawValue: "interrupted"), "the session cannot be reached; it is tried again")
        error.isRetryable = true
        return error
    }

    private static func tooLong(_ bytes: Int) -> SessionError {
        SessionError(.lineTooLong, "a request has at most \(maximumMessageBytes) bytes, and this one has \(bytes)")
    }

    private mutating func interrupt(_ error: SessionError, _ pause: Duration) {
        if told != error { notify("host.interrupted", error: error) }
        (phase, told) = (.interrupted(error), error)
        for request in waiting {
            if let id = try? Bridge.identifier(of: request) { tell(error: error, id: id) }
        }
        waiting = []
        effects.append(.connect(afterMilliseconds: Int(pause.milliseconds)))
    }

    private mutating func tell(error: SessionError, id: [UInt8]?) {
        effects.append(.tell(Array(ResponseLine.line(id: id ?? Array("null".utf8), error: error).dropLast())))
    }

    private mutating func notify(_ method: String, error: SessionError) {
        notify(method) { writer in
            writer.name("error")
            error.write(to: &writer)
        }
    }

    private mutating func notify(_ method: String, _ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("jsonrpc", "2.0")
        writer.member("method", method)
        writer.object("params", write)
        writer.endObject()
        effects.append(.tell(writer.bytes))
    }
}
