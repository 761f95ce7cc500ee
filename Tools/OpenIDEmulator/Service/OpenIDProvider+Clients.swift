// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import SessionProtocol

extension OpenIDProvider {
    /// What a request says of its client, before it is believed.
    struct Claimed {
        var id: String?
        var secret: String?
        var authentication: ClientOption.Authentication

        init(_ request: Request, _ form: Form) {
            if let basic = Claimed.basic(request.headers["authorization"]) {
                (id, secret, authentication) = (basic.id, basic.secret, .basic)
            } else {
                (id, secret) = (form["client_id"], form["client_secret"])
                authentication = secret == nil ? .none : .post
            }
        }

        /// RFC 6749 §2.3.1: both are encoded as a form has them.
        private static func basic(_ header: String?) -> (id: String, secret: String)? {
            let parts = header?.split(separator: " ", maxSplits: 1).map(String.init) ?? []
            guard parts.count == 2, parts[0].lowercased() == "basic", let bytes = Base64URL.decode(base64URL(parts[1]))
            else {
                return nil
            }
            let sides = String(decoding: bytes, as: UTF8.self).split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return sides.count == 2 ? (Form.decoded(sides[0]), Form.decoded(sides[1])) : nil
        }

        private static func base64URL(_ text: String) -> String {
            text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
    }

    /// The client that a request is from.
    ///
    /// - Throws: `invalid_client`, `invalid_request`.
    func client(_ request: Request, _ form: Form) throws(OAuthError) -> ClientOption {
        let claimed = Claimed(request, form)
        if claimed.authentication == .basic {
            guard form["client_secret"] == nil, form["client_id"] == nil || form["client_id"] == claimed.id else {
                throw .invalidRequest("the client says who it is in two ways")
            }
        }
        guard let client = clients.first(where: { $0.id == claimed.id }) else {
            throw invalidClient("it is unknown", claimed)
        }
        guard claimed.authentication == client.authentication else {
            throw invalidClient("its authentication is \(client.authentication.rawValue)", claimed)
        }
        guard claimed.secret.map(Secret.init) == client.secret else {
            throw invalidClient("the secret is wrong", claimed)
        }
        return client
    }

    private func invalidClient(_ description: String, _ claimed: Claimed) -> OAuthError {
        OAuthError(
            "invalid_client", description, status: 401,
            challenge: claimed.authentication == .basic ? #"Basic realm="openid-emulator""# : nil)
    }
}
