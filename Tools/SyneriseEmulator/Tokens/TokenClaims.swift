// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// What the emulator knows of a token: the claims in it, so that one of an earlier run with the same key still counts.
struct TokenClaims: Sendable, Equatable {
    var id: String
    var uuid: String
    var origin: String
    /// SHA-256 of the API key that it was obtained with.
    var apiKeyHash: String
    var login: String?
    var customID: String?
    var clientID: String
    var createdMilliseconds: Int64
    var expirationSeconds: Int64

    /// Whether a customer signed in for it.
    var isClient: Bool { origin != "ANONYMOUS" && origin != "SIMPLE_AUTH" }

    var realm: String { isClient ? "client" : "anonymous" }

    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("iss", "synerise-emulator")
        writer.member("jti", id)
        writer.member("sub", uuid)
        writer.member("iat", createdMilliseconds / 1000)
        writer.member("exp", expirationSeconds)
        writer.member("origin", origin)
        writer.member("realm", realm)
        writer.member("created", createdMilliseconds)
        writer.member("apiKeyHash", apiKeyHash)
        writer.member("login", login)
        writer.member("customId", customID)
        writer.member("clientId", clientID)
        writer.endObject()
        return writer.bytes
    }

    init(
        id: String, uuid: String, origin: String, apiKeyHash: String, login: String?, customID: String?,
        clientID: String,
        createdMilliseconds: Int64, expirationSeconds: Int64
    ) {
        (self.id, self.uuid, self.origin, self.apiKeyHash) = (id, uuid, origin, apiKeyHash)
        (self.login, self.customID, self.clientID) = (login, customID, clientID)
        (self.createdMilliseconds, self.expirationSeconds) = (createdMilliseconds, expirationSeconds)
    }

    /// The claims of a text that ``json`` wrote; `nil` for anything else.
    init?(json: [UInt8]) {
        guard let value = try? JSONValue(parsing: json), let id = value["jti"]?.string, let uuid = value["sub"]?.string,
            let origin = value["origin"]?.string, let apiKeyHash = value["apiKeyHash"]?.string,
            let clientID = value["clientId"]?.string, let created = value["created"]?.integer,
            let expiration = value["exp"]?.integer
        else { return nil }
        self.init(
            id: id, uuid: uuid, origin: origin, apiKeyHash: apiKeyHash, login: value["login"]?.string,
            customID: value["customId"]?.string, clientID: clientID, createdMilliseconds: created,
            expirationSeconds: expiration)
    }
}
