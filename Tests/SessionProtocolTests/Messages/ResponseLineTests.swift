// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@Suite("Lines of the daemon", .timeLimit(.minutes(10)))
struct ResponseLineTests {
    private func read(_ text: String) throws -> ResponseLine { try ResponseLine(line: bytes(text).span) }

    @Test("a result, an error and a notification are told apart")
    func kinds() throws {
        #expect(try read(#"{"jsonrpc":"2.0","id":7,"result":null}"#) == .result(id: 7, .null))
        #expect(try read(#"{"result":{},"later":1,"id":-7,"jsonrpc":"2.0"}"#) == .result(id: -7, .object([])))
        let notification = try read(#"{"jsonrpc":"2.0","method":"session.event","params":{"sequence":1}}"#)
        #expect(
            notification
                == .notification(method: "session.event", .object([JSONMember("sequence", .number(JSONNumber(1)))])))
        #expect(try read(#"{"jsonrpc":"2.0","method":"later"}"#) == .notification(method: "later", .null))
    }

    @Test("an error without data takes the name of its code", arguments: ErrorName.all.map(\.name))
    func errorWithoutData(name: ErrorName) throws {
        let line = try read(#"{"jsonrpc":"2.0","id":null,"error":{"code":\#(name.properties.code),"message":"m"}}"#)
        guard case .error(nil, let error) = line else {
            Issue.record("\(line)")
            return
        }
        #expect(error.name == name)
        #expect(error.message == "m")
        #expect(!error.isRetryable)
    }

    @Test("an error of a later daemon keeps its name, code and members")
    func laterError() throws {
        let line = try read(
            #"{"jsonrpc":"2.0","id":1,"error":{"code":-32099,"message":"m","x":1,"data":{"name":"ofTomorrow","retryable":true,"moon":[1]}}}"#
        )
        guard case .error(1, let error) = line else {
            Issue.record("\(line)")
            return
        }
        #expect(error.name == ErrorName(rawValue: "ofTomorrow"))
        #expect(error.code == -32099)
        #expect(error.isRetryable)
        #expect(error.details == [JSONMember("moon", .array([.number(JSONNumber(1))]))])
        #expect(error.description == "ofTomorrow: m")
    }

    @Test(
        "what is no answer is refused without being quoted",
        arguments: [
            "", "x", "canary", "{", "[]", "1", "{}", #"{"jsonrpc":"2.0"}"#, #"{"jsonrpc":"1.0","id":1,"result":{}}"#,
            #"{"id":1,"result":{"token":"canary"}}"#, #"{"jsonrpc":"2.0","id":1}"#,
            #"{"jsonrpc":"2.0","result":"canary"}"#,
            #"{"jsonrpc":"2.0","id":"1","result":{}}"#, #"{"jsonrpc":"2.0","id":1,"error":"canary"}"#,
            #"{"jsonrpc":"2.0","id":1,"error":{"code":"canary","message":"m"}}"#,
            #"{"jsonrpc":"2.0","id":1,"error":{"code":1}}"#,
            #"{"jsonrpc":"2.0","id":1,"result":{"canary":1,"canary":1}}"#,
        ])
    func refuses(text: String) {
        let error = #expect(throws: SessionError.self) { try read(text) }
        #expect(error.map { [.parseError, .internalError].contains($0.name) } == true)
        #expect(error?.description.contains("canary") == false)
    }

    @Test("an id is echoed byte for byte", arguments: ["1", "-0", "null", #""\u0041é""#, "99999999999999999999"])
    func echoesID(id: String) {
        let result = ResponseLine.line(id: bytes(id), result: Done().json)
        #expect(String(decoding: result, as: UTF8.self) == #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"# + "\n")
        let error = String(decoding: ResponseLine.line(id: bytes(id), error: SessionError(.busy, "m")), as: UTF8.self)
        #expect(
            error == #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-32020,"message":"m","#
                + #""data":{"name":"busy","retryable":true}}}"# + "\n")
    }

    @Test("an error's text has its name, message and hint")
    func errorText() {
        #expect(SessionError(.busy, "m").description == "busy: m")
        #expect(SessionError(.busy, "m", hint: "h").description == "busy: m (h)")
    }
}
