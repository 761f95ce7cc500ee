// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// One request, as the log shows it.
///
/// `{"sequence":1,"time":"2026-11-23T05:02:03Z","timeMilliseconds":1795410123456,"method":"POST","path":"/sauth/…",
/// "endpoint":"E5","host":"127.0.0.1:40123","userAgent":"sessiond/0.1.0","apiKey":"…","apiKeySHA256":"…","uuid":"…",
/// "jti":"…","bearerSHA256":"…","status":200,"fault":"on=E5,hold"}`. What a request does not have is absent: `status`
/// where it got no answer, `uuid` of a refresh is that of its token. The time is the machine's, whatever the
/// emulator's clock says.
struct LogEntry: Sendable {
    var sequence: Int
    var machineMilliseconds: Int64
    var request: Request
    var endpoint: Endpoint?
    var subject: Subject
    var status: Int?
    var fault: String?

    func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("sequence", sequence)
        writer.member("time", Timestamp(secondsSince1970: machineMilliseconds / 1000).description)
        writer.member("timeMilliseconds", machineMilliseconds)
        writer.member("method", request.method)
        writer.member("path", request.path)
        writer.member("endpoint", endpoint?.rawValue)
        writer.member("host", request.headers["host"])
        writer.member("origin", request.headers["origin"])
        writer.member("userAgent", request.headers["user-agent"])
        writer.member("apiKey", subject.apiKey)
        writer.member("apiKeySHA256", subject.apiKey.map(SHA256Hex.of))
        writer.member("uuid", subject.uuid)
        writer.member("jti", subject.tokenID)
        writer.member("bearerSHA256", request.bearer.map(SHA256Hex.of))
        writer.member("status", status)
        writer.member("fault", fault)
        writer.endObject()
    }
}
