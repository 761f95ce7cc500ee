// SPDX-License-Identifier: Apache-2.0

import SessionCore
import SessionProtocol

/// How one method is handled. The request's type fixes the type of its answer.
struct Route: Sendable {
    /// What comes of a request.
    enum Outcome {
        /// It is answered at once.
        case answer(any SessionResponse)
        /// The session's owner answers it.
        case submit(SessionCall)
    }

    let handle: @Sendable (Incoming, SessionService) throws(SessionError) -> Outcome

    /// A method that is answered on the loop.
    static func answering<Request: SessionRequest>(
        _ type: Request.Type,
        _ answer: @escaping @Sendable (Request, Incoming, SessionService) throws(SessionError) -> Request.Response
    ) -> (Method, Route) {
        (
            Request.method,
            Route { (incoming, service) throws(SessionError) in
                return .answer(try answer(try Request(parameters: incoming.parameters), incoming, service))
            }
        )
    }

    /// A method that the session's owner answers.
    static func submitting<Request: SessionRequest>(
        _ type: Request.Type, _ call: @escaping @Sendable (Request, Incoming) -> SessionCall
    ) -> (Method, Route) {
        (
            Request.method,
            Route { (incoming, _) throws(SessionError) in
                .submit(call(try Request(parameters: incoming.parameters), incoming))
            }
        )
    }
}

/// Every method's route.
struct RouteTable: Sendable {
    private let routes: [Method: Route]

    init(_ routes: [(Method, Route)]) { self.routes = Dictionary(uniqueKeysWithValues: routes) }

    /// The route of a method; one that this daemon does not have yet is `unsupported`.
    subscript(_ method: Method) -> Route {
        routes[method]
            ?? Route { (_, _) throws(SessionError) in
                throw SessionError(.unsupported, "\(method.rawValue) is not supported by this daemon")
            }
    }
}

extension Route {
    static let table = RouteTable([
        answering(GetUUID.self) { (_, _, service) throws(SessionError) in
            UUIDAnswer(uuid: try service.snapshot().record.uuid)
        },
        answering(GetUUIDForAuthentication.self) { (request, _, service) throws(SessionError) in
            UUIDAnswer(uuid: try service.snapshot().uuidForAuthentication(authID: request.authID).uuid)
        },
        answering(GetStatus.self) { (_, _, service) throws(SessionError) in
            try service.snapshot().status(at: service.moment())
        },
        (Method.retrieveToken, Route(handle: retrieveToken)),
        submitting(RefreshToken.self) { _, _ in .refreshToken },
        submitting(RegenerateUUID.self) { request, _ in .regenerate(request) },
        submitting(Destroy.self) { request, _ in .destroy(request) },
        submitting(SignOut.self) { request, incoming in
            .signOut(request, byAdministrator: incoming.caller.capabilities.contains(.admin))
        },
        submitting(SetIdentity.self) { request, _ in .setIdentity(request) },
        submitting(SignIn.self) { request, _ in .authenticate(.password(request)) },
        submitting(Authenticate.self) { request, _ in .authenticate(.provider(request)) },
        submitting(AuthenticateWithToken.self) { request, _ in .authenticate(.token(request)) },
        submitting(SimpleAuthenticate.self) { request, _ in .authenticate(.simple(request)) },
        submitting(DeleteAccount.self) { request, _ in .authenticate(.deletion(request)) },
        submitting(GetProfile.self) { _, _ in .profile },
        submitting(ChangeAPIKey.self) { request, _ in .changeAPIKey(request) },
        answering(Touch.self) { (_, _, service) throws(SessionError) in
            _ = try service.snapshot()
            return Done()
        },
        answering(Hello.self, greet),
        answering(GetInfo.self) { (_, _, service) throws(SessionError) in service.info() },
        answering(GetHealth.self) { (_, _, service) throws(SessionError) in service.health() },
    ])

    /// Answers from the snapshot where that is enough; everybody else waits for the session's owner.
    private static func retrieveToken(_ incoming: Incoming, _ service: SessionService) throws(SessionError) -> Outcome {
        let request = try RetrieveToken(parameters: incoming.parameters)
        guard let result = try service.snapshot().immediateAnswer(to: request, at: service.moment()) else {
            return .submit(.retrieveToken(request))
        }
        let answer = try result.get()
        service.noteTokenRead(incoming.connection)
        return .answer(answer)
    }

    private static func greet(
        _ request: Hello, _ incoming: Incoming, _ service: SessionService
    ) throws(SessionError) -> HelloAnswer {
        guard !incoming.caller.hasSpoken, !incoming.isInBatch else {
            throw SessionError(.invalidRequest, "daemon.hello comes first on a connection, and alone")
        }
        guard request.protocolVersions.contains(ServerFacts.protocolVersion) else {
            let spoken = JSONValue.array([.number(JSONNumber(ServerFacts.protocolVersion))])
            throw SessionError(
                .versionUnsupported, "this daemon speaks version 1 of the protocol",
                details: [JSONMember("supported", spoken)])
        }
        return HelloAnswer(
            protocolVersion: ServerFacts.protocolVersion, server: service.facts.server, features: ServerFacts.features,
            capabilities: incoming.caller.capabilities.names, generation: try? service.snapshot().record.generation)
    }
}

extension SessionService {
    fileprivate func moment() -> Moment { loop?.clock.now() ?? facts.startedAt }

    fileprivate func info() -> InfoAnswer {
        InfoAnswer(
            server: facts.server, protocolVersions: [ServerFacts.protocolVersion], features: ServerFacts.features,
            startedAt: facts.startedAt.wall, configuration: facts.configuration, jwk: try? snapshot().publicKey)
    }

    fileprivate func health() -> HealthAnswer {
        var problems: [HealthAnswer.Problem] = []
        if let unusable = facts.unusable { problems.append(HealthAnswer.Problem(unusable)) }
        switch state {
        case .locked(let error): problems.append(HealthAnswer.Problem(error))
        case .available(let snapshot):
            if snapshot.store.state == .failing {
                let hint = "see the journal: journalctl -u sessiond -p err"
                problems.append(HealthAnswer.Problem(name: ErrorName.storeFailed.rawValue, hint: hint))
            }
            if !snapshot.authority.reachable {
                let hint = "the authority does not answer; tokens are kept until they expire"
                problems.append(HealthAnswer.Problem(name: ErrorName.authorityUnavailable.rawValue, hint: hint))
            }
        case nil: break
        }
        return HealthAnswer(ready: facts.unusable == nil && (try? snapshot()) != nil, problems: problems)
    }
}

extension HealthAnswer.Problem {
    fileprivate init(_ error: SessionError) {
        self.init(name: error.name.rawValue, hint: error.hint.map { "\(error.message) (\($0))" } ?? error.message)
    }
}
