// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// The answer to every login and refresh.
///
/// `{"token":"eyJ…","expiration":1649283173,"created":1649277173668,"origin":"SYNERISE","realm":"client",
/// "customId":null,"clientId":"1000001","clientUuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee"}`; `expiration` in seconds,
/// `created` in milliseconds.
struct TokenObject {
    /// The longest token that a client has to take, in bytes.
    static let longestTokenBytes = 32_768
    private static let yearSeconds: Int64 = 31_557_600

    var token: String
    var claims: TokenClaims

    /// The body, spoilt by a fault where there is one.
    func json(_ fault: TokenFault?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        switch fault {
        case .noToken: break
        case .tokenTooLong: writer.member("token", String(repeating: "A", count: TokenObject.longestTokenBytes + 1))
        default: writer.member("token", token)
        }
        if case .expiration(let fault) = fault {
            writer.member("expiration", expiration(fault))
        } else {
            writer.member("expiration", claims.expirationSeconds)
        }
        writeRest(&writer)
        writer.endObject()
        return writer.bytes
    }

    private func writeRest(_ writer: inout JSONWriter) {
        writer.member("created", claims.createdMilliseconds)
        writer.member("origin", claims.origin)
        writer.member("realm", claims.realm)
        writer.member("customId", claims.customID.map(JSONValue.string) ?? .null)
        writer.member("clientId", claims.clientID)
        writer.member("clientUuid", claims.uuid)
    }

    private func expiration(_ fault: TokenFault.Expiration) -> JSONValue? {
        let createdSeconds = claims.createdMilliseconds / 1000
        return switch fault {
        case .past: .number(JSONNumber(createdSeconds - 3600))
        case .century: .number(JSONNumber(createdSeconds + 100 * TokenObject.yearSeconds))
        case .missing: nil
        case .string: .string(String(claims.expirationSeconds))
        }
    }
}
