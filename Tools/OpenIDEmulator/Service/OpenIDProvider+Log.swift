// SPDX-License-Identifier: Apache-2.0

package import AuthorityEmulator
package import SessionProtocol

extension OpenIDProvider {
    // What may be shown as it is; all else is a secret, and shown by its hash.
    private static let plain: Set<String> = [
        "audience", "client_id", "code_challenge_method", "decision", "error", "error_description", "expires_in",
        "grant_type", "interval", "issuer", "prompt", "redirect_uri", "refresh_expires_in", "resource", "response_type",
        "scope", "suberror", "token_type", "token_type_hint",
    ]

    /// `"client":"kiosk","authentication":"none","sent":{"grant_type":"refresh_token","refresh_token":"sha256:…"},
    /// "answered":{"access_token":"sha256:…","expires_in":300},"account":"anna"`.
    package func logged(_ request: Request, at endpoint: Endpoint?, _ answer: Answer) -> [JSONMember] {
        let form = Form(request)
        let claimed = Claimed(request, form)
        var members: [JSONMember] = []
        if let id = claimed.id {
            members.append(JSONMember("client", .string(id)))
            members.append(JSONMember("authentication", .string(claimed.authentication.rawValue)))
        }
        let sent = form.sorted.map { JSONMember($0.name, .string($0.value)) }
        if !sent.isEmpty { members.append(JSONMember("sent", .object(OpenIDProvider.hashed(sent)))) }
        if let answered = answered(endpoint, answer) {
            members.append(JSONMember("answered", .object(OpenIDProvider.hashed(answered))))
        }
        return members + answer.notes
    }

    private func answered(_ endpoint: Endpoint?, _ answer: Answer) -> [JSONMember]? {
        switch endpoint {
        case .discovery, .metadata, .jwks, nil: return nil
        default: break
        }
        if let location = answer.headers["Location"] {
            return Form(of: location).sorted.map { JSONMember($0.name, .string($0.value)) }
        }
        return (try? JSONValue(parsing: answer.body))?.members
    }

    private static func hashed(_ members: [JSONMember]) -> [JSONMember] {
        members.map { member in
            guard let text = member.value.string, !plain.contains(member.name) else { return member }
            return JSONMember(member.name, .string("sha256:\(SHA256Hex.of(text))"))
        }
    }
}
