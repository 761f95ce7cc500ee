// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol

@testable import HTTPSClient
@testable import SessionAuthorities
@testable import SessionMachine
@testable import SessiondLinux
@testable import SessiondPrimitives

/// An answer of an OpenID provider: header, blank line, body; and behind a line `%%` an address that it has sent a browser
/// to.
enum ProviderTarget {
    private static let now = SessionWalk.now
    private static let instant = SystemInstant(
        boottime: now.boottime, unixSeconds: now.wall.secondsSince1970)
    private static let calls: [OpenIDAnswer.Call] = [.begin, .redeem, .refresh, .ownToken, .revoke, .userinfo]

    static func run(_ input: [UInt8]) {
        let parts = input.parts
        let response = AuthorityTarget.response(of: parts[0])
        for call in calls { read(response, call) }
        if let json = try? JSONValue(parsing: response.body) {
            readRest(json, response)
            readMetadata(json)
        }
        for part in parts.dropFirst() { judge(String(decoding: part, as: UTF8.self)) }
    }

    private static func read(_ response: HTTPResponse, _ call: OpenIDAnswer.Call) {
        do throws(AuthorityFailure) {
            guard case .members(let json) = try OpenIDAnswer.content(of: response, to: call) else { return }
            let reader = OpenIDToken(settings: settings, now: now)
            for nonce in [nil, Secret("nonce")] {
                let token = try reader.grant(json, response, nonce: nonce)
                check(token)
                require(nonce == nil || token.identity != nil, "a browser's sign-in without a customer")
                require(token.identity.map { !$0.subject.isEmpty } ?? true, "a customer without a name")
            }
            let refreshed = try reader.refreshed(json, response, replacing: old)
            check(refreshed)
            require(refreshed.clientID == old.clientID, "a refresh makes somebody else of the customer")
            let own = try reader.own(json, response)
            check(own)
            require(own.renewal == .none, "a token of the device's own with a grant")
        } catch {
            require(error.message.utf8.count < 300, "a long message: \(error.message)")
            checkText(of: SessionError(error.errorName, error.message, hint: error.hint))
        }
    }

    // What nobody can be signed in with is given back whole; and who a profile is about has a name.
    private static func readRest(_ json: JSONValue, _ response: HTTPResponse) {
        if let grant = OpenIDToken(settings: settings, now: now).unusableGrant(json, response) { check(grant) }
        if let customer = IDToken(claims: json).customer(settings) {
            require(!customer.subject.isEmpty, "a customer without a name")
        }
    }

    private static func check(_ token: IssuedToken) {
        require(token.fault == nil, "a token beyond the bounds: \(token.fault ?? "")")
        require((1...315_360_000).contains(token.lifetime.wholeSeconds), "a lifetime of \(token.lifetime)")
        if let grant = token.renewal.grant {
            require(
                (1...32_768).contains(grant.refreshToken.byteCount), "a grant of \(grant.refreshToken.byteCount) bytes")
        }
    }

    private static func readMetadata(_ json: JSONValue) {
        let metadata = OpenIDMetadata(json, from: settings.issuer)
        require(
            OpenIDMetadata(metadata.json(issuer: settings.issuer), from: settings.issuer) == metadata,
            "what a provider says of itself is not what is kept")
        require(metadata.filled(from: metadata) == metadata, "what it says twice is something else")
        require(OpenIDMetadata().filled(from: metadata) == metadata, "what is not said is not filled in")
        require(metadata.overridden(by: Settings.OpenID()) == metadata, "nothing is set, and something else counts")
        for address in [metadata.token, metadata.userinfo, metadata.revocation, metadata.deviceAuthorization] {
            require(address.map { $0.origin.scheme == .https } ?? true, "a token would be sent in the clear")
        }
    }

    private static func judge(_ text: String) {
        for request in requests {
            guard case .code(let code) = AuthorizationAnswer(Secret(text), to: request) else { continue }
            let base = request.redirectURI.prefix { $0 != "?" }
            require(text.utf8.starts(with: "\(base)?".utf8), "a code from elsewhere")
            require(!code.reveal().isEmpty && text.utf8.count > request.state.byteCount, "a code without its state")
            require(!request.announcesIssuer || text.contains("iss="), "a code without its issuer")
        }
    }

    // One with a query of its own, and one whose provider names itself.
    private static let requests = [request(""), request("?till=4"), request("", announcesIssuer: true)]

    private static func request(_ query: String, announcesIssuer: Bool = false) -> BrowserRequest {
        BrowserRequest(
            authorizationURL: Secret("https://p.example/authorize"), redirectURI: "com.example.till:/signed-in\(query)",
            state: Secret("the-state"), nonce: Secret("nonce"), verifier: Secret("verifier"),
            issuer: "https://p.example", announcesIssuer: announcesIssuer)
    }

    private static let old = IssuedToken(
        secret: Secret("old"), origin: .oauth, expiresAt: Timestamp(secondsSince1970: now.wall.secondsSince1970 + 60),
        lifetime: .seconds(300), clientID: "sub", renewal: .byGrant(Grant(refreshToken: Secret("grant"))))

    private static let settings: OpenIDSettings = {
        let transport = try? Transport(section: "OpenID", NetworkSettings())
        return OpenIDSettings(
            issuer: require(HTTPAddress("https://p.example"), "no issuer"), clientID: "kiosk", authentication: .none,
            section: Settings.OpenID(), transport: require(transport, "no transport"))
    }()
}
