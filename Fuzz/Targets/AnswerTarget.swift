// SPDX-License-Identifier: Apache-2.0

@testable import SessionProtocol

/// Lines of the daemon, read by a client as the answer to everything.
enum AnswerTarget {
    static func run(_ input: [UInt8]) {
        for line in input.split(separator: 0x0A) { read(Array(line)) }
    }

    private static func read(_ line: [UInt8]) {
        do throws(SessionError) {
            switch try ResponseLine(line: line.span) {
            case .result(_, let json): readAll(json)
            case .error(_, let error):
                var writer = JSONWriter()
                error.write(to: &writer)
                require((try? JSONValue(parsing: writer.bytes)) != nil, "an error that is no JSON")
            case .notification(_, let json):
                readAll(json)
                checkEvent(json)
            }
        } catch {
            checkText(of: error)
        }
    }

    private static func readAll(_ json: JSONValue) {
        check(Done.self, json)
        check(UUIDAnswer.self, json)
        check(SessionStatus.self, json)
        check(TokenAnswer.self, json)
        check(TokenFacts.self, json)
        check(NewCustomerAnswer.self, json)
        check(SignOutAnswer.self, json)
        check(AuthenticationAnswer.self, json)
        check(ProfileAnswer.self, json)
        check(HelloAnswer.self, json)
        check(InfoAnswer.self, json)
        check(HealthAnswer.self, json)
        check(WatchAnswer.self, json)
    }

    /// An event that is understood says the same once it was written.
    private static func checkEvent(_ json: JSONValue) {
        do throws(SessionError) {
            let event = try SessionEvent(json: json)
            let line = Array(event.line.dropLast())
            guard case .notification(_, let sent) = try ResponseLine(line: line.span) else {
                return require(false, "an event that is no notification")
            }
            require(try SessionEvent(json: sent).line == event.line, "an event that says something else")
        } catch {
            checkText(of: error)
        }
    }

    /// What is understood says the same once it was written.
    private static func check<Answer: SessionResponse>(_ type: Answer.Type, _ json: JSONValue) {
        do throws(SessionError) {
            let answer = try Answer(json: json)
            let sent = require(try? JSONValue(parsing: answer.json), "an answer that is no JSON: \(Answer.self)")
            require(try Answer(json: sent).json == answer.json, "an answer that says something else: \(Answer.self)")
        } catch {
            checkText(of: error)
        }
    }
}
