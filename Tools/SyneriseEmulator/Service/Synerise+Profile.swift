// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import SessionProtocol

extension Synerise {
    private static let apiVersion = "4.4"

    /// E8: the profile of the customer who signed in for the token.
    func profile(_ request: Request) throws(Refusal) -> Judgement {
        let claims = try authenticate(request)
        guard claims.isClient else {
            throw Refusal(status: 403, message: "a token of a customer who signed in is required")
        }
        guard request.headers["api-version"] == Synerise.apiVersion else {
            let field = Refusal.Field(name: "Api-Version", message: "has to be \(Synerise.apiVersion)")
            throw Refusal(status: 400, message: "the request is not valid", fields: [field])
        }
        return .other(.json { write(profile: claims, &$0) })
    }

    private func write(profile claims: TokenClaims, _ writer: inout JSONWriter) {
        let email = claims.login.flatMap { $0.contains("@") ? $0 : nil }
        writer.member("clientId", Int64(claims.clientID))
        writer.member("uuid", claims.uuid)
        writer.member("email", email.map(JSONValue.string) ?? .null)
        writer.member("customId", claims.customID.map(JSONValue.string) ?? .null)
        for name in ["firstName", "lastName", "phone", "birthDate"] { writer.member(name, JSONValue.null) }
        writer.member("anonymous", false)
        writer.object("agreements") { agreements in
            for name in ["email", "sms", "push", "bluetooth", "rfid", "wifi"] { agreements.member(name, false) }
        }
        writer.object("attributes") { _ in }
        writer.member("tags", [String]())
    }
}
