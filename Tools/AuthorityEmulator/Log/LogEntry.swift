// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// One request, as the log shows it.
///
/// `{"sequence":1,"time":"2026-11-23T05:02:03Z","timeMilliseconds":1795410123456,"method":"POST","path":"/sauth/…",
/// "endpoint":"E5","host":"127.0.0.1:40123","userAgent":"sessiond/0.1.0",…,"bearerSHA256":"…","status":200,
/// "fault":"on=E5,hold"}`, and where the dots are what the authority shows of it. What a request does not have is absent:
/// `status` where it got no answer. The time is the machine's, whatever the emulator's clock says.
struct LogEntry<Authority: EmulatedAuthority>: Sendable {
    var sequence: Int
    var machineMilliseconds: Int64
    var request: Request
    var endpoint: Authority.Endpoint?
    var own: [JSONMember]
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
        for member in own { writer.member(member.name, member.value) }
        writer.member("bearerSHA256", request.bearer.map(SHA256Hex.of))
        writer.member("status", status)
        writer.member("fault", fault)
        writer.endObject()
    }
}
