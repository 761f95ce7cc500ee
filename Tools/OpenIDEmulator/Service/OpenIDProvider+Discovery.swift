// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import SessionProtocol

extension OpenIDProvider {
    static let deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

    /// What it publishes of itself, the same in both places.
    func discovery() -> Answer {
        .json { writer in
            writer.member("issuer", issuer)
            for (name, path) in [
                ("authorization_endpoint", "authorize"), ("token_endpoint", "token"),
                ("device_authorization_endpoint", "device_authorization"), ("userinfo_endpoint", "userinfo"),
                ("revocation_endpoint", "revoke"), ("jwks_uri", "jwks"),
            ] {
                writer.member(name, "\(issuer)/\(path)")
            }
            writer.member("scopes_supported", ["openid", "profile", "email", "offline_access"])
            writer.member("response_types_supported", ["code"])
            writer.member(
                "grant_types_supported",
                ["authorization_code", "refresh_token", "client_credentials", OpenIDProvider.deviceGrant])
            writer.member("subject_types_supported", ["public"])
            writer.member("id_token_signing_alg_values_supported", ["RS256"])
            writer.member("code_challenge_methods_supported", ["S256"])
            writer.member(
                "token_endpoint_auth_methods_supported", ["none", "client_secret_basic", "client_secret_post"])
            if behaviour.namesIssuer { writer.member("authorization_response_iss_parameter_supported", true) }
        }
    }
}
