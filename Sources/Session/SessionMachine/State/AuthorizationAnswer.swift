// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol
import SessiondPrimitives

/// What the address says that the authority sent a browser to (RFC 6749 §4.1.2, RFC 9207): the one place where such an
/// address is judged.
package enum AuthorizationAnswer: Sendable, Equatable {
    /// The person agreed: the code to redeem.
    case code(Secret)
    /// They did not.
    case denied
    /// The authority said no for a reason of its own.
    case failed
    /// It is not the answer to this request, and why.
    case unusable(String)

    /// Judges an address by the request that it should answer. Only what is the authority's own counts: another's address
    /// must neither complete a sign-in nor end it.
    package init(_ url: Secret, to request: BrowserRequest) {
        let text = url.reveal()
        let withoutFragment = text.prefix { $0 != "#" }
        guard let mark = withoutFragment.firstIndex(of: "?") else {
            self = .unusable("has no query")
            return
        }
        guard withoutFragment.utf8.count == text.utf8.count else {
            self = .unusable("has a fragment")
            return
        }
        // What the redirect URI's own query says comes back before what the authority adds.
        let (base, query) = (text[..<mark], text[text.index(after: mark)...])
        let expected = request.redirectURI.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard base.utf8.elementsEqual(expected[0].utf8) else {
            self = .unusable("is not of the redirect URI that was asked for")
            return
        }
        var values: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = FormText.decoded(halves[0]),
                let value = FormText.decoded(halves.count > 1 ? halves[1] : "")
            else {
                self = .unusable("has a query that cannot be read")
                return
            }
            guard values.updateValue(value, forKey: name) == nil else {
                self = .unusable("names a parameter twice")
                return
            }
        }
        if expected.count > 1 {
            guard expected[1].split(separator: "&").allSatisfy({ query.split(separator: "&").contains($0) }) else {
                self = .unusable("is not of the redirect URI that was asked for")
                return
            }
        }
        self.init(values, to: request)
    }

    private init(_ values: [String: String], to request: BrowserRequest) {
        guard let state = values["state"], Secret(state) == request.state else {
            self = .unusable("has another state than was sent")
            return
        }
        if let issuer = values["iss"] {
            guard issuer.utf8.elementsEqual(request.issuer.utf8) else {
                self = .unusable("is of another issuer")
                return
            }
        } else if request.announcesIssuer {
            self = .unusable("names no issuer, which this authority's answers do")
            return
        }
        switch (values["error"], values["code"]) {
        case ("access_denied", _): self = .denied
        case (.some, _): self = .failed
        case (nil, let code?) where !code.isEmpty: self = .code(Secret(code))
        default: self = .unusable("has neither a code nor an error")
        }
    }
}
