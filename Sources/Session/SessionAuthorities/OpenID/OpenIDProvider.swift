// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import HTTPSClient
import SessionConfiguration
import SessionMachine
import SessionProtocol
import SessiondLinux
import SessiondPrimitives

/// A provider as it is reached: what it says of itself, and a client for each origin of its calls.
final class OpenIDProvider: Sendable {
    /// What it says of itself, and what time it was for it.
    typealias Reading = (metadata: OpenIDMetadata, serverTime: Timestamp?)

    private struct State {
        var metadata: OpenIDMetadata?
        /// When it was read; `nil`: by an earlier process.
        var readAt: Duration?
        /// It is being read; whoever needs it meanwhile waits for the same answer.
        var reading: Task<Result<Reading, AuthorityFailure>, Never>?
        var clients: [HTTPOrigin: HTTPClient] = [:]
    }

    /// So long what a provider says of itself is believed without asking again.
    private static let metadataAge = Duration.seconds(86_400)

    let settings: OpenIDSettings
    private let clock: any SessionClock
    private let state: Monitor<State>

    /// - Parameter kept: What the provider said of itself before; of another provider it counts for nothing.
    init(settings: OpenIDSettings, kept: JSONValue?, clock: any SessionClock) {
        (self.settings, self.clock) = (settings, clock)
        let isOurs = kept?["issuer"]?.string?.utf8.elementsEqual(settings.issuer.description.utf8) ?? false
        state = Monitor(State(metadata: isOurs ? kept.map { OpenIDMetadata($0, from: settings.issuer) } : nil))
    }

    /// What it has said of itself, to be kept.
    var kept: JSONValue? { state.withLock { $0.metadata }?.json(issuer: settings.issuer) }

    /// Where its calls are; read again where that is long ago, and as it was read last where it cannot be read now.
    func metadata() async throws(AuthorityFailure) -> OpenIDMetadata {
        let (known, readAt) = state.withLock { ($0.metadata, $0.readAt) }
        if let known, let readAt, clock.boottime - readAt < OpenIDProvider.metadataAge {
            return known.overridden(by: settings.section)
        }
        do throws(AuthorityFailure) {
            return try await readMetadata().metadata.overridden(by: settings.section)
        } catch {
            // What is wrong with it is no reason to go by what it said before.
            guard error.meaning == .unavailable, let known else { throw error }
            return known.overridden(by: settings.section)
        }
    }

    /// Reads it, whatever is known; and what time it was for the provider.
    func readMetadata() async throws(AuthorityFailure) -> Reading {
        let reading = state.withLock { state in
            if let reading = state.reading { return reading }
            let reading = Task { await self.read() }
            state.reading = reading
            return reading
        }
        return try await reading.value.get()
    }

    private func read() async -> Result<Reading, AuthorityFailure> {
        do throws(AuthorityFailure) {
            let reading = try await readDocuments()
            state.withLock { ($0.metadata, $0.readAt, $0.reading) = (reading.metadata, clock.boottime, nil) }
            return .success(reading)
        } catch {
            state.withLock { $0.reading = nil }
            // Whatever was to be asked: that was not.
            var failure = error
            failure.subject = .metadata
            return .failure(failure)
        }
    }

    /// Has what it said of itself read again before the next call: one of its calls was not where it said.
    func forget() { state.withLock { $0.readAt = nil } }

    /// Lets go of kept connections.
    func dropConnections() { for client in state.withLock({ Array($0.clients.values) }) { client.dropConnections() } }

    /// Posts a form.
    ///
    /// - Parameter namesClient: Whether the client is named in it although a header says who it is.
    func post(
        _ address: HTTPAddress, _ fields: [(name: String, value: String)], namesClient: Bool = false
    ) async throws(AuthorityFailure) -> HTTPResponse {
        var (fields, headers): ([(name: String, value: String)], [(name: String, value: String)]) = (fields, [])
        switch settings.authentication {
        case .none: fields.append(("client_id", settings.clientID))
        case .basic(let secret):
            // Each half is written as in a form first (RFC 6749 §2.3.1).
            let pair = "\(FormText.encoded(settings.clientID)):\(FormText.encoded(secret.reveal()))"
            headers.append(("Authorization", "Basic \(Base64URL.encodePlainly(pair.utf8))"))
            if namesClient { fields.append(("client_id", settings.clientID)) }
        case .post(let secret):
            fields += [("client_id", settings.clientID), ("client_secret", secret.reveal())]
        }
        var request = HTTPRequest(
            .post, address.path.isEmpty ? "/" : address.path, body: Array(FormText.form(fields).utf8))
        (request.mediaType, request.headers) = ("application/x-www-form-urlencoded", headers)
        return try await send(request, to: address)
    }

    /// Gets what a token's customer may see.
    func get(_ address: HTTPAddress, bearer: Secret? = nil) async throws(AuthorityFailure) -> HTTPResponse {
        let request = HTTPRequest(.get, address.path.isEmpty ? "/" : address.path, bearer: bearer?.bytes)
        return try await send(request, to: address)
    }

    private func send(_ request: HTTPRequest, to address: HTTPAddress) async throws(AuthorityFailure) -> HTTPResponse {
        var request = request
        request.query = address.query
        do throws(HTTPFailure) {
            let response = try await client(for: address.origin).send(request)
            if response.status == 404 || response.status == 405 { forget() }
            return response
        } catch {
            throw AuthorityFailure(.unavailable, error.message, hint: error.hint)
        }
    }

    private func client(for origin: HTTPOrigin) throws(HTTPFailure) -> HTTPClient {
        if let client = state.withLock({ $0.clients[origin] }) { return client }
        let client = HTTPClient(options: try settings.transport.options(for: origin)) { [clock] in
            let now = clock.now()
            return SystemInstant(boottime: now.boottime, unixSeconds: now.wall.secondsSince1970)
        }
        return state.withLock { state in
            let first = state.clients[origin] ?? client
            state.clients[origin] = first
            return first
        }
    }
}

// MARK: - Discovery

extension OpenIDProvider {
    // The path is put behind the issuer's own (OpenID Connect Discovery 1.0 §4).
    private static func openIDPath(_ issuer: HTTPAddress) -> String {
        let own = issuer.path.hasSuffix("/") ? String(issuer.path.dropLast()) : issuer.path
        return own + "/.well-known/openid-configuration"
    }

    // It is put before it (RFC 8414 §3.1).
    private static func oauthPath(_ issuer: HTTPAddress) -> String {
        let own = issuer.path.hasSuffix("/") ? String(issuer.path.dropLast()) : issuer.path
        return "/.well-known/oauth-authorization-server" + own
    }

    // What a provider does not have it may answer with a page, or a login: one document is enough.
    private func readDocuments() async throws(AuthorityFailure) -> Reading {
        let first: Document
        do throws(AuthorityFailure) {
            first = try await document(OpenIDProvider.openIDPath(settings.issuer))
        } catch {
            guard error.mayBeAbsence, case (let metadata?, let answer)? = try? await second() else { throw error }
            return (metadata, answer.serverTime)
        }
        let other: Document
        do throws(AuthorityFailure) { other = try await second() } catch {
            // With what it said before.
            guard let metadata = first.metadata else { throw error }
            let filled = metadata.filled(from: state.withLock { $0.metadata } ?? OpenIDMetadata())
            return (filled, first.answer.serverTime)
        }
        guard first.metadata != nil || other.metadata != nil || settings.section.tokenEndpoint != nil else {
            throw AuthorityFailure(
                .misconfigured, "there is no OpenID provider at \(settings.issuer) (HTTP \(first.answer.status))",
                hint: "see whether [OpenID] Issuer= is what the provider calls itself", status: first.answer.status,
                serverTime: first.answer.serverTime, about: .metadata)
        }
        let metadata = (first.metadata ?? OpenIDMetadata()).filled(from: other.metadata ?? OpenIDMetadata())
        return (metadata, first.answer.serverTime ?? other.answer.serverTime)
    }

    private func second() async throws(AuthorityFailure) -> Document {
        try await document(OpenIDProvider.oauthPath(settings.issuer))
    }

    // Its metadata is `nil` where there is none.
    private typealias Document = (metadata: OpenIDMetadata?, answer: HTTPResponse)

    private func document(
        _ path: String
    ) async throws(AuthorityFailure) -> Document {
        let response: HTTPResponse
        do throws(HTTPFailure) {
            response = try await client(for: settings.issuer.origin).send(HTTPRequest(.get, path))
        } catch {
            var failure = AuthorityFailure(.unavailable, error.message, hint: error.hint)
            if case .redirectRefused(let status) = error.meaning { failure.status = status }
            throw failure
        }
        if response.status == 404 { return (nil, response) }
        guard (200..<300).contains(response.status) else { throw OpenIDAnswer.transient(response) }
        guard let json = try? JSONValue(parsing: response.body), json.members != nil else {
            throw OpenIDAnswer.malformed("what it says of itself is no JSON object", response)
        }
        guard let issuer = json["issuer"]?.string, issuer.utf8.elementsEqual(settings.issuer.description.utf8) else {
            throw AuthorityFailure(
                .misconfigured, "the provider at \(settings.issuer) calls itself something else",
                hint: "write [OpenID] Issuer= byte for byte as \"issuer\" in \(path) has it",
                status: response.status, serverTime: response.serverTime, about: .metadata)
        }
        return (OpenIDMetadata(json, from: settings.issuer), response)
    }
}

extension AuthorityFailure {
    /// Whether a provider may say so that it has no such document, and not that something is wrong for now.
    fileprivate var mayBeAbsence: Bool {
        guard meaning == .unavailable, let status else { return false }
        return status < 500 && status != 429
    }
}
