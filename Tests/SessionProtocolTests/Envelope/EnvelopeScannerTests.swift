// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionProtocol

@Suite("Requests in lines, JSON-RPC 2.0", .timeLimit(.minutes(10)))
struct EnvelopeScannerTests {
    static let valid: [(line: String, id: String?, target: Envelope.Target, parameters: String?)] = [
        (#"{"jsonrpc":"2.0","id":1,"method":"session.status"}"#, "1", .method(.status), nil),
        (#"{"jsonrpc":"2.0","method":"session.touch"}"#, nil, .method(.touch), nil),
        (#"{"jsonrpc":"2.0","id":null,"method":"session.status"}"#, "null", .method(.status), nil),
        (
            #"{"params":{"a":1},"method":"session.signIn","id":"x","jsonrpc":"2.0"}"#, #""x""#, .method(.signIn),
            #"{"a":1}"#
        ),
        (#"{"id":1,"params":{},"jsonrpc":"2.0","method":"rpc.discover"}"#, "1", .method(.discover), "{}"),
        (" { \"jsonrpc\" : \"2.0\" ,\t\"id\" : 7 , \"method\" : \"x\" , \"params\" : { } } \r", "7", .unknown, "{ }"),
        (#"{"json\u0072pc":"2\u002E0","\u0069d":1,"meth\u006fd":"session\u002estatus"}"#, "1", .method(.status), nil),
        (#"{"jsonrpc":"2.0","id":1,"m\u0065thod":"x","p\u0061rams":{"b":[{}]}}"#, "1", .unknown, #"{"b":[{}]}"#),
        (#"{"jsonrpc":"2.0","id":1,"method":""}"#, "1", .unknown, nil),
        (#"{"jsonrpc":"2.0","id":1,"method":"Session.Status"}"#, "1", .unknown, nil),
        (#"{"jsonrpc":"2.0","id":1,"method":"session.status "}"#, "1", .unknown, nil),
        (#"{"jsonrpc":"2.0","id":1,"method":"session.statu"}"#, "1", .unknown, nil),
        (#"{"jsonrpc":"2.0","id":1,"method":"session.statuses"}"#, "1", .unknown, nil),
        (#"{"jsonrpc":"2.0","id":1,"method":"authority.changeAPI\u212aey"}"#, "1", .unknown, nil),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"authority.changeAPI\u{212A}ey\"}", "1", .unknown, nil),
        (#"{"jsonrpc":"2.0","id":1,"method":"authority.changeAPI\u004bey"}"#, "1", .method(.changeAPIKey), nil),
    ]

    @Test("a request's parts are found in any order and however they are escaped", arguments: valid)
    func findsParts(line: String, id: String?, target: Envelope.Target, parameters: String?) throws {
        let scanned = try ScannedLine(line)
        let envelope = try #require(scanned.single)
        #expect(envelope.problem == nil)
        #expect(envelope.target == target)
        #expect(scanned.id(of: envelope) == id)
        #expect(scanned.parameters(of: envelope) == parameters)
        #expect(envelope.isNotification == (id == nil))
    }

    @Test(
        "the plain form says the same as any other",
        arguments: [
            #""id":1,"method":"session.status"}"#, #""id":0,"method":"session.status"}"#,
            #""id":12345678901234567890,"method":"session.status"}"#,
            #""id":123456789012345678901,"method":"session.status"}"#, #""id":01,"method":"session.status"}"#,
            #""id":-1,"method":"session.status"}"#, #""id":,"method":"session.status"}"#,
            #""id":1,"method":"session.nothing"}"#, #""id":1,"method":"}"#, #""id":1,"method":"","params":{}}"#,
            #""id":1,"method":"session.status","params":{}}"#, #""id":1,"method":"session.status","params":{} }"#,
            #""id":1,"method":"session.status","params":{}}}"#, #""id":1,"method":"session.status""}"#,
            #""id":1,"method":"session.status","params":[]}"#, #""id":1,"method":"session.status"},"#,
            #""id":1,"method":"session.status","id":1}"#, #""id":1,"method":"session.status"#,
            #""id":1,"method":"session\u002estatus"}"#, #""id":1,"params":{}}"#, #""id":1}"#, #""id":1"#,
        ])
    func plainForm(rest: String) throws {
        let plain = Result { try ScannedLine(#"{"jsonrpc":"2.0",\#(rest)"#) }
        // A blank is no part of that form.
        let other = Result { try ScannedLine(#"{ "jsonrpc":"2.0",\#(rest)"#) }
        guard case .success(let one) = plain, case .success(let another) = other else {
            #expect(throws: (any Error).self) { try plain.get() }
            #expect(throws: (any Error).self) { try other.get() }
            return
        }
        let (envelope, same) = (try #require(one.single), try #require(another.single))
        #expect(envelope.target == same.target)
        #expect(envelope.problem == same.problem)
        #expect(one.id(of: envelope) == another.id(of: same))
        #expect(one.parameters(of: envelope) == another.parameters(of: same))
    }

    @Test("parameters by position are told apart from none", arguments: ["[]", "[1,{}]", "[[]]"])
    func positionalParameters(parameters: String) throws {
        let scanned = try ScannedLine(#"{"jsonrpc":"2.0","id":1,"method":"session.status","params":\#(parameters)}"#)
        let envelope = try #require(scanned.single)
        #expect(envelope.parameters == .array)
        #expect(envelope.problem == nil)
    }

    @Test("every method is found by its name", arguments: Method.allCases)
    func findsEveryMethod(_ method: Method) throws {
        let escaped = method.rawValue.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return #"\u"# + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
        for name in [method.rawValue, escaped] {
            let scanned = try ScannedLine(#"{"jsonrpc":"2.0","method":"\#(name)"}"#)
            #expect(scanned.single?.target == .method(method))
        }
    }

    static let invalid: [(line: String, problem: InvalidRequest)] = [
        ("1", .notAnObject), ("null", .notAnObject), (#""jsonrpc""#, .notAnObject), ("true", .notAnObject),
        ("{}", .version), (#"{"foo":"boo"}"#, .unknownMember),
        (#"{"id":1,"method":"session.status"}"#, .version),
        (#"{"jsonrpc":"1.0","id":1,"method":"session.status"}"#, .version),
        (#"{"jsonrpc":"2.00","id":1,"method":"session.status"}"#, .version),
        (#"{"jsonrpc":"","id":1,"method":"session.status"}"#, .version),
        (#"{"jsonrpc":2.0,"id":1,"method":"session.status"}"#, .version),
        (#"{"jsonrpc":null,"id":1,"method":"session.status"}"#, .version),
        (#"{"jsonrpc":["2.0"],"id":1,"method":"session.status"}"#, .version),
        (#"{"JSONRPC":"2.0","id":1,"method":"session.status"}"#, .unknownMember),
        (#"{"jsonrpc":"2.0","id":1}"#, .method), (#"{"jsonrpc":"2.0","id":1,"method":1}"#, .method),
        (#"{"jsonrpc":"2.0","id":1,"method":null}"#, .method), (#"{"jsonrpc":"2.0","id":1,"method":["x"]}"#, .method),
        (#"{"jsonrpc":"2.0","id":1,"method":{"a":"x"}}"#, .method),
        (#"{"jsonrpc":"2.0","id":1,"method":"session.status","params":null}"#, .parameters),
        (#"{"jsonrpc":"2.0","id":1,"method":"session.status","params":"bar"}"#, .parameters),
        (#"{"jsonrpc":"2.0","id":1,"method":"session.status","params":1}"#, .parameters),
        (#"{"jsonrpc":"2.0","id":1,"method":"session.status","params":true}"#, .parameters),
        (#"{"jsonrpc":"2.0","id":1,"method":"session.status","result":{}}"#, .unknownMember),
        (#"{"jsonrpc":"2.0","id":1,"method":"session.status","_hint":1}"#, .unknownMember),
        (#"{"jsonrpc":"2.0","id":1,"method":"session.status","Params":{}}"#, .unknownMember),
        (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, .unknownMember), ("[]", .emptyBatch), (" [ ] ", .emptyBatch),
    ]

    @Test("JSON that is no request is named as what it is", arguments: invalid)
    func refusesInvalid(line: String, problem: InvalidRequest) throws {
        let envelope = try #require(try ScannedLine(line).single)
        #expect(envelope.problem == problem)
        #expect(!envelope.isNotification)
    }

    @Test(
        "what is not JSON is refused as that, also behind an invalid request",
        arguments: [
            #"{"jsonrpc":"1.0","method":1,"foo":tru}"#, #"{"foo":1,"foo":2}"#, "1 1", #"{"id":[1],"method":"x"} {}"#,
            #"{"id":1.5,"params":{"a":1,"\u0061":2}}"#, #"{"id":1,"id":2}"#, #"{"id":1,"\u0069d":1}"#, "[1,2,]",
            "[{}", #"[{"jsonrpc":"2.0","method":"x"},{"jsonrpc":"2.0","method"]"#, "[] []",
            "[" + Array(repeating: "1", count: 40).joined(separator: ",") + ",tru]",
        ])
    func invalidJSONComesFirst(line: String) {
        #expect(throws: JSONError.self) { try ScannedLine(line) }
    }

    @Test("the depth of a line counts from its outermost value")
    func depthCountsWholeLine() throws {
        func request(_ depth: Int) -> String {
            #"{"jsonrpc":"2.0","method":"x","params":{"a":\#(nested(depth))}}"#
        }
        #expect(try ScannedLine(request(30)).single?.problem == nil)
        #expect(throws: JSONError.self) { try ScannedLine(request(31)) }
        #expect(try ScannedLine("[\(request(29))]").batch.count == 1)
        #expect(throws: JSONError.self) { try ScannedLine("[\(request(30))]") }
    }
}
