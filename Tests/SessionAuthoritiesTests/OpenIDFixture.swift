// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionMachine
import SessionProtocol

@testable import HTTPSClient
@testable import SessionAuthorities
@testable import SessiondLinux
@testable import TestSupport

/// A provider that answers what a test says, on loopback, for as long as the process lives, and a device's authority for it.
final class OpenIDFixture: Sendable {
    /// Answers: the path's last part, a status, and a body.
    typealias Answers = [String: (status: Int, body: String)]

    static let clientID = "kiosk"
    static let now = StoppedClock().now()
    static let date = "Date: Mon, 23 Nov 2026 05:02:03 GMT"

    let server: ScriptedServer
    var issuer: String { "http://127.0.0.1:\(server.port)/realms/shop" }

    /// - Parameter answers: To its calls; what it says of itself names all of them.
    init(_ answers: Answers = [:]) throws {
        server = try ScriptedServer { request, connection in
            let path = request.lines[0].split(separator: " ")[1].split(separator: "?")[0]
            let name = String(path.split(separator: "/").last ?? "")
            let port = request.header("host")?.split(separator: ":").last ?? ""
            let (status, body) = answers[name] ?? (404, "")
            if name == "openid-configuration", answers[name] == nil {
                connection.answer(200, OpenIDFixture.date, body: OpenIDFixture.discovery(port: String(port)))
            } else {
                let form = body.hasPrefix("{") ? "application/json" : "application/x-www-form-urlencoded"
                connection.answer(status, OpenIDFixture.date, "Content-Type: \(form)", body: body)
            }
            return true
        }
    }

    private static func discovery(port: String) -> String {
        let issuer = "http://127.0.0.1:\(port)/realms/shop"
        let names = ["device_authorization", "authorization", "token", "revocation", "userinfo"]
        let endpoints = names.map { #""\#($0)_endpoint":"\#(issuer)/\#($0)""# }.joined(separator: ",")
        return #"{"issuer":"\#(issuer)",\#(endpoints)}"#
    }

    func settings(
        _ authentication: OpenIDSettings.ClientAuthentication = .none,
        _ change: (inout Settings.OpenID) -> Void = { _ in }
    ) throws -> OpenIDSettings {
        var section = Settings.OpenID()
        section.redirectURIs = [ListedURI("http://localhost/signed-in")]
        change(&section)
        let transport = try Transport(section: "OpenID", section.network)
        guard let address = HTTPAddress(issuer) else { throw Unusable() }
        return OpenIDSettings(
            issuer: address, clientID: OpenIDFixture.clientID, authentication: authentication, section: section,
            transport: transport)
    }

    func authority(
        _ authentication: OpenIDSettings.ClientAuthentication = .none,
        _ change: (inout Settings.OpenID) -> Void = { _ in }
    ) throws -> OpenIDAuthority {
        OpenIDAuthority(settings: try settings(authentication, change), metadata: nil, clock: StoppedClock())
    }

    /// The members of the forms that were posted to a call, in order.
    func forms(to name: String) -> [[String: String]] {
        server.requests.filter { $0.lines[0].hasPrefix("POST ") && $0.lines[0].contains("/\(name) ") }.map { request in
            var form: [String: String] = [:]
            for pair in String(decoding: request.body, as: UTF8.self).split(separator: "&") {
                let halves = pair.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
                form[halves[0]] = halves[1]
            }
            return form
        }
    }

    /// A header of the last request to a call.
    func header(_ header: String, to name: String) -> String? {
        server.requests.last { $0.lines[0].contains("/\(name) ") }?.header(header)
    }

    private struct Unusable: Error {}

    /// A token that the provider gave before.
    static func token(_ renewal: Renewal = .byGrant(Grant(refreshToken: Secret("old-grant")))) -> Token {
        let issued = IssuedToken(
            secret: Secret("old-token"), origin: .oauth,
            expiresAt: Timestamp(secondsSince1970: now.wall.secondsSince1970 + 300), lifetime: .seconds(300),
            customID: "c", clientID: "sub-of-anna", renewal: renewal)
        return Token(issued, uuid: AuthorityFixture.uuid, askedAt: now.boottime)
    }

    /// An id token with those claims, not signed: nobody looks.
    static func idToken(_ claims: String) -> String {
        "eyJhbGciOiJub25lIn0.\(Base64URL.encode(claims.utf8)).c2ln"
    }

    /// An answer as it would come.
    static func response(
        _ body: String, status: Int = 200, mediaType: String = "application/json", date: Timestamp? = now.wall,
        retryAfter: Duration? = nil
    ) -> HTTPResponse {
        HTTPResponse(
            status: status, date: date?.secondsSince1970, retryAfter: retryAfter, mediaType: mediaType,
            body: Array(body.utf8), sentAt: .now, receivedAt: .now)
    }
}

extension Result where Failure == AuthorityFailure {
    /// What comes of a call.
    init(_ body: () async throws(AuthorityFailure) -> Success) async {
        do throws(AuthorityFailure) { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
