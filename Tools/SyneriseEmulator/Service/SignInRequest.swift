// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import SessionProtocol

/// The body of E2 and E3.
struct SignInRequest {
    private static let members: Set<String> = [
        "apiKey", "identityProvider", "identityProviderToken", "email", "customId", "password", "uuid", "deviceId",
        "agreements", "attributes",
    ]

    let apiKey: String
    let provider: String
    let providerToken: String
    let email: String?
    let customID: String?
    let password: String
    let uuid: String?

    /// - Throws: 400 or 415 as ``FieldReader`` does.
    init(_ request: Request) throws(Refusal) {
        var fields = try FieldReader(request)
        apiKey = fields.required("apiKey")
        provider = fields.required("identityProvider")
        uuid = fields.optionalUUID()
        _ = fields.optional("deviceId")
        fields.object("agreements")
        fields.object("attributes")
        fields.only(SignInRequest.members)
        let isBySynerise = provider == "SYNERISE"
        let isByProvider = ProviderTokenOption.providers.contains(provider)
        if !isBySynerise, !isByProvider, !provider.isEmpty {
            fields.refuse("identityProvider", "is unknown", .string(provider))
        }
        (email, customID) = (fields.optional("email"), fields.optional("customId"))
        if isBySynerise, email == nil, customID == nil { fields.refuse("email", "or customId is required") }
        password = isBySynerise ? fields.required("password") : ""
        providerToken = isByProvider ? fields.required("identityProviderToken") : ""
        try fields.check()
    }
}
