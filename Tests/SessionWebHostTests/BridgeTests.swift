// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionWebHost

@Suite(.timeLimit(.minutes(10))) struct BridgeTests {
    static let till = "https://till.example.com"
    static let opening = #"{"protocol":[1],"client":"sessiond-web/9","origin":"https://till.example.com","later":{}}"#
    static let control = #"{"protocol":[1]}"#
    static let hello = """
        {"jsonrpc":"2.0","id":0,"method":"daemon.hello","params":{"protocol":[1],"client":"sessiond-web/9",\
        "onBehalfOf":{"origin":"https://till.example.com"}}}

        """
    static let status = #"{"jsonrpc":"2.0","id":7,"method":"session.status"}"#

    static func welcome(features: String = #"["onBehalfOf"]"#, origin: String? = till) -> String {
        let member = origin.map { #","onBehalfOf":{"origin":"\#($0)"}"# } ?? ""
        let facts = #""protocol":1,"server":"sessiond/9","features":\#(features),"capabilities":[]"#
        return #"{"jsonrpc":"2.0","id":0,"result":{\#(facts)\#(member)}}"#
    }

    /// A bridge whose daemon was asked for the origin and has not answered.
    static func greeting() -> Bridge {
        var bridge = Bridge()
        #expect(bridge.take(message: opening) == [.connect(afterMilliseconds: 0)])
        #expect(bridge.connected() == [.send(Array(hello.utf8))])
        return bridge
    }

    /// A bridge that lets requests through.
    static func open() -> Bridge {
        var bridge = greeting()
        #expect(bridge.take(line: welcome()).map(\.method) == ["host.connected"])
        return bridge
    }

    @Test func sendsNothingBeforeTheDaemonHasSaidThatItKnowsTheOrigin() {
        var bridge = Self.greeting()
        #expect(bridge.take(message: Self.status) == [])
        let effects = bridge.take(line: Self.welcome())
        #expect(effects.first?.method == "host.connected")
        #expect(effects.dropFirst() == [.send(Array(Self.status.utf8) + [0x0A])])
    }

    @Test(arguments: [
        (welcome(features: "[]"), "unsupported"), (welcome(features: #"["signInRequest"]"#), "unsupported"),
        (welcome(origin: nil), "internalError"), (welcome(origin: "https://other.example.com"), "internalError"),
        (#"{"jsonrpc":"2.0","id":0,"result":{"onBehalfOf":{"origin":"https://till.example.com"}}}"#, "unsupported"),
        (
            #"{"jsonrpc":"2.0","id":0,"error":{"code":-32001,"message":"no","data":{"name":"permissionDenied"}}}"#,
            "permissionDenied"
        ), ("no JSON", "parseError"),
    ])
    func closesAConnectionThatIsNotHeldToTheOrigin(answer: String, name: String) {
        var bridge = Self.greeting()
        #expect(bridge.take(message: Self.status) == [])
        let effects = bridge.take(line: answer)
        #expect(effects.first == .disconnect)
        #expect(effects.compactMap(\.errorName) == [name, name])
        #expect(effects.last == .connect(afterMilliseconds: 1000))
        #expect(!effects.contains { if case .send = $0 { true } else { false } })
    }

    @Test func handsAnswersAndEventsOnAsTheyAre() {
        var bridge = Self.open()
        for line in [#"{"jsonrpc":"2.0","id":7,"result":{}}"#, #"{"jsonrpc":"2.0","method":"session.event"}"#] {
            #expect(bridge.take(line: line) == [.tell(Array(line.utf8))])
        }
    }

    @Test func refusesInPlaceOfAnAnswerThatNoBrowserTakes() {
        var bridge = Self.open()
        let line = #"{"jsonrpc":"2.0","id":"a","result":{"text":""# + String(repeating: "x", count: 1 << 20) + "\"}}"
        let effects = bridge.take(line: line)
        #expect(effects.map(\.errorName) == ["limitExceeded"])
        #expect(effects.map(\.id) == [.string("a")])
    }

    @Test(arguments: [
        ("[]", "invalidRequest"), (#"{"jsonrpc":"2.0","method":"session.touch"}"#, "invalidRequest"),
        (#"[{"jsonrpc":"2.0","id":1,"method":"session.touch"}]"#, "invalidRequest"), ("{", "parseError"),
        ("{\"jsonrpc\":\"2.0\",\n\"id\":1,\"method\":\"session.touch\"}", "invalidRequest"),
        ("", "parseError"), (#"{"jsonrpc":"2.0","id":1,"method":"a"} {}"#, "parseError"),
    ])
    func sendsOneRequestAMessageAndNothingElse(message: String, name: String) {
        var bridge = Self.open()
        #expect(bridge.take(message: message).map(\.errorName) == [name])
    }

    @Test func refusesWhatIsTooLongBeforeTheSocket() {
        var bridge = Self.open()
        #expect(bridge.take(.tooLong(bytes: 65_536)).map(\.errorName) == ["lineTooLong"])
    }

    @Test func tellsOnceThatTheDaemonIsGoneAndPausesLongerEachTime() {
        var bridge = Self.open()
        #expect(bridge.lost().map(\.errorName) == ["interrupted", nil])
        #expect(bridge.take(message: Self.status).map(\.errorName) == ["interrupted"])
        var pauses: [Int] = []
        for _ in 0..<8 {
            guard case .connect(let pause)? = bridge.lost().first else { continue }
            pauses.append(pause)
        }
        #expect(pauses == [200, 400, 800, 1600, 3200, 5000, 5000, 5000])
        #expect(bridge.connected().count == 1)
        #expect(bridge.take(line: Self.welcome()).map(\.method) == ["host.connected"])
        #expect(bridge.lost().last == .connect(afterMilliseconds: 100))
    }

    @Test func refusesAgainWithoutRepeatingIt() {
        var bridge = Self.greeting()
        _ = bridge.take(line: Self.welcome(features: "[]"))
        _ = bridge.connected()
        let effects = bridge.take(line: Self.welcome(features: "[]"))
        #expect(effects == [.disconnect, .connect(afterMilliseconds: 2000)])
    }

    @Test func letsOnlySoManyRequestsWait() {
        var bridge = Self.greeting()
        for _ in 0..<Bridge.waitingRequests { #expect(bridge.take(message: Self.status) == []) }
        #expect(bridge.take(message: Self.status).map(\.errorName) == ["limitExceeded"])
    }

    @Test(arguments: [
        "{}", "[]", "x", #"{"protocol":1}"#, #"{"protocol":[1],"origin":null}"#, #"{"protocol":[1],"origin":""}"#,
        #"{"protocol":[1],"origin":"https://a b"}"#, #"{"protocol":[1],"origin":["https://a"]}"#,
    ])
    func endsWhereTheOpeningIsNone(message: String) {
        var bridge = Bridge()
        #expect(bridge.take(message: message).map(\.errorName) == ["invalidRequest", nil])
    }

    @Test func followsTheOriginsAndSendsNothingElse() {
        var bridge = Bridge()
        #expect(bridge.take(message: Self.control) == [.connect(afterMilliseconds: 0)])
        _ = bridge.connected()
        let request = #"{"jsonrpc":"2.0","id":1,"method":"daemon.origins","params":{"follow":true}}"# + "\n"
        #expect(bridge.take(line: Self.welcome(origin: nil)) == [.send(Array(request.utf8))])
        let answer = #"{"jsonrpc":"2.0","id":1,"result":{"origins":["https://till.example.com"]}}"#
        #expect(bridge.take(line: answer).map(\.method) == ["host.origins"])
        let change = #"{"jsonrpc":"2.0","method":"daemon.originsChanged","params":{"origins":[]}}"#
        #expect(bridge.take(line: change).map(\.method) == ["host.origins"])
        #expect(bridge.take(message: Self.status) == [])
    }
}

extension Bridge {
    fileprivate mutating func take(message: String) -> [Effect] { take(.message(Array(message.utf8))) }
    fileprivate mutating func take(line: String) -> [Effect] { take(line: Array(line.utf8)) }
}

extension Bridge.Effect {
    private var told: JSONValue? {
        if case .tell(let message) = self { try? JSONValue(parsing: message) } else { nil }
    }
    fileprivate var method: String? { told?["method"]?.string }
    fileprivate var id: JSONValue? { told?["id"] }
    fileprivate var errorName: String? { (told?["error"] ?? told?["params"]?["error"])?["data"]?["name"]?.string }
}
