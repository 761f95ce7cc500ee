// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// What a token of the `local` authority says.
///
/// ```json
/// {"iss":"sessiond","sub":"345d4c8f-5aff-591d-a19c-1ca48923d9ee","iat":1795410123,"exp":1795413723,
///  "jti":"…","origin":"SYNERISE","customID":"4711"}
/// ```
struct LocalClaims: Equatable {
    static let issuer = "sessiond"

    /// The customer's UUID (`sub`).
    var uuid: CustomerUUID
    /// When it was issued (`iat`).
    var issuedAt: Timestamp
    /// When it ends (`exp`).
    var expiresAt: Timestamp
    /// What tells it from every other token (`jti`).
    var id: TokenID
    /// Where it came from.
    var origin: TokenOrigin
    /// What the customer signed in with, where that was a custom id.
    var customID: String?

    /// The claims as one JSON object.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("iss", LocalClaims.issuer)
        writer.member("sub", uuid.description)
        writer.member("iat", issuedAt.secondsSince1970)
        writer.member("exp", expiresAt.secondsSince1970)
        writer.member("jti", Base64URL.encode(id.bytes))
        writer.member("origin", origin.rawValue)
        writer.member("customID", customID)
        writer.endObject()
        return writer.bytes
    }
}

extension LocalClaims {
    /// Reads claims; `nil` for what is not written by this authority.
    init?(json bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), json["iss"]?.string == LocalClaims.issuer,
            let uuid = json["sub"]?.string.flatMap(CustomerUUID.init),
            let issuedAt = json["iat"]?.integer, let expiresAt = json["exp"]?.integer,
            let id = json["jti"]?.string.flatMap({ Base64URL.decode($0) }),
            let origin = json["origin"]?.string.flatMap(TokenOrigin.init(rawValue:))
        else { return nil }
        (self.uuid, self.id, self.origin) = (uuid, TokenID(bytes: id), origin)
        self.issuedAt = Timestamp(secondsSince1970: issuedAt)
        self.expiresAt = Timestamp(secondsSince1970: expiresAt)
        customID = json["customID"]?.string
    }
}
