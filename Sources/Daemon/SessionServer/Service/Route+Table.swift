// SPDX-License-Identifier: Apache-2.0

import AccessRules
import DeviceSession
import SessionMachine
import SessionProtocol

extension Route {
    static let table = RouteTable([
        answering(GetUUID.self) { (_, _, service) throws(SessionError) in
            UUIDAnswer(uuid: try service.snapshot().record.uuid)
        },
        answering(GetUUIDForAuthentication.self) { (request, _, service) throws(SessionError) in
            UUIDAnswer(uuid: try service.snapshot().foretoldUUID(authID: request.authID))
        },
        answering(GetStatus.self) { (_, _, service) throws(SessionError) in
            try service.snapshot().status(at: service.clock.now())
        },
        (Method.retrieveToken, Route(handle: retrieveToken)),
        (Method.watch, Route(handle: watch)),
        submitting(RefreshToken.self) { _, _ in .refreshToken },
        submitting(RegenerateUUID.self) { request, incoming in .regenerate(request, by: incoming.caller.initiator) },
        submitting(Destroy.self) { request, incoming in .destroy(request, by: incoming.caller.initiator) },
        submitting(BeginSignIn.self) { (request, incoming) throws(SessionError) in
            .beginSignIn(try request.confined(to: incoming.caller.origin), by: incoming.caller.initiator)
        },
        answering(GetPendingSignIn.self) { (_, _, service) throws(SessionError) in
            let now = service.clock.now()
            return PendingSignInAnswer(
                try service.snapshot().record.pendingSignIn?.request(isForItsApp: false, at: now))
        },
        submitting(CompleteSignIn.self) { (request, incoming) throws(SessionError) in
            .completeSignIn(try request.confined(to: incoming.caller.origin))
        },
        submitting(CancelSignIn.self) { request, incoming in
            .cancelSignIn(request, by: incoming.caller.initiator)
        },
        submitting(SignOut.self) { request, incoming in
            .signOut(
                request, by: incoming.caller.initiator,
                byAdministrator: incoming.connection.capabilities.contains(.admin))
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
            service.relayTouch()
            return Done()
        },
        answering(Hello.self, greet),
        answering(GetInfo.self) { (_, _, service) throws(SessionError) in service.info() },
        answering(GetHealth.self) { (_, _, service) throws(SessionError) in service.health() },
        answering(GetOrigins.self) { (request, incoming, service) throws(SessionError) in
            service.origins(request, incoming.connection)
        },
        answering(GetMetrics.self) { (_, _, service) throws(SessionError) in service.metrics() },
        answering(SetLogLevel.self) { (request, incoming, service) throws(SessionError) in
            service.setLogLevel(request.level, by: incoming.caller.peer)
            return Done()
        },
        (
            Method.discover,
            Route { (incoming, _) throws(SessionError) in
                _ = try Discover(parameters: incoming.parameters)
                return .answerPrepared(ProtocolDescription.json.withUTF8Buffer { Array($0) })
            }
        ),
        (
            Method.reload,
            Route { (incoming, _) throws(SessionError) in
                .reload(dryRun: try Reload(parameters: incoming.parameters).dryRun)
            }
        ),
    ])

    /// Answers from the snapshot where that is enough; everybody else waits for the session's owner.
    private static func retrieveToken(_ incoming: Incoming, _ service: SessionService) throws(SessionError) -> Outcome {
        let request = try RetrieveToken(parameters: incoming.parameters)
        guard let result = try service.snapshot().immediateAnswer(to: request, at: service.clock.now()) else {
            return .submit(.retrieveToken(request))
        }
        let answer = try result.get()
        // A notification's answer goes nowhere.
        if incoming.id != nil { service.noteTokenRead(incoming.connection, onBehalfOf: incoming.caller.origin) }
        return .answer(answer)
    }
}
