// SPDX-License-Identifier: Apache-2.0

import AccessRules
import DeviceSession
import LineServer
import Logging
import SessionMachine
import SessionProtocol

extension Route {
    static func greet(
        _ request: Hello, _ incoming: Incoming, _ service: SessionService
    ) throws(SessionError) -> HelloAnswer {
        guard !incoming.connection.hasSpoken, !incoming.isInBatch else {
            throw .helloAlone
        }
        guard request.protocolVersions.contains(ServerFacts.protocolVersion) else {
            let spoken = JSONValue.array([.number(JSONNumber(ServerFacts.protocolVersion))])
            throw SessionError(
                .versionUnsupported, "this daemon speaks version 1 of the protocol",
                details: [JSONMember("supported", spoken)])
        }
        if let pages = request.onBehalfOf { try service.restrict(incoming, to: pages) }
        return HelloAnswer(
            protocolVersion: ServerFacts.protocolVersion, server: service.facts.server, features: ServerFacts.features,
            capabilities: incoming.connection.capabilities.names, generation: try? service.snapshot().record.generation,
            onBehalfOf: request.onBehalfOf)
    }
}

extension SessionService {
    func setLogLevel(_ level: SetLogLevel.Level, by peer: Peer) {
        guard let level = Logger.Level(rawValue: level.rawValue) else { return }
        life.hooks.logLevel(level)
        records.journal.logLevelChanged(level, by: peer)
    }

    func origins(_ request: GetOrigins, _ connection: Connection) -> OriginsAnswer {
        if request.follow {
            connection.caller.followsOrigins = true
            connection.isHeld = true
        }
        return listedOrigins
    }

    func info() -> InfoAnswer {
        InfoAnswer(
            server: facts.server, protocolVersions: [ServerFacts.protocolVersion], features: ServerFacts.features,
            startedAt: facts.startedAt.wall, configuration: facts.configuration, stateDirectory: facts.stateDirectory,
            jwk: try? snapshot().publicKey)
    }

    func health() -> HealthAnswer {
        var problems: [HealthAnswer.Problem] = []
        if let unusable = facts.unusable {
            problems.append(HealthAnswer.Problem(unusable))
        } else if let problem = facts.configuration.problem {
            let hint =
                "the configuration of before is in force; a restart would not find a usable one: \(problem) "
                + "(see sessionctl config check)"
            problems.append(HealthAnswer.Problem(name: ErrorName.notConfigured.rawValue, hint: hint))
        }
        switch published.state {
        case .locked(let error): problems.append(HealthAnswer.Problem(error))
        case .available(let snapshot):
            problems += facts.problems
            if let failure = snapshot.storeFailure {
                let hint = failure.hint.map { "\(failure.description) (\($0))" } ?? failure.description
                problems.append(HealthAnswer.Problem(name: ErrorName.storeFailed.rawValue, hint: hint))
            }
            problems += HealthAnswer.Problem(ofAuthority: snapshot, at: clock.now()).map { [$0] } ?? []
        case nil: break
        }
        if let problem = facts.accessProblem { problems.append(problem) }
        return HealthAnswer(ready: facts.unusable == nil && (try? snapshot()) != nil, problems: problems)
    }
}

extension HealthAnswer.Problem {
    fileprivate init(_ error: SessionError) {
        self.init(name: error.name.rawValue, hint: error.hint.map { "\(error.message) (\($0))" } ?? error.message)
    }

    // It does not answer; or it does, and there is no token all the same. A failure has nothing of its own text.
    fileprivate init?(ofAuthority snapshot: SessionSnapshot, at now: Moment) {
        let failure = snapshot.authorityFailure
        let hasToken = ![TokenState.none, .expired].contains(snapshot.tokenState(at: now))
        let isReachable = snapshot.authority.reachable
        if let failure, failure.meaning == .misconfigured {
            // Nobody but an administrator can do something about it, whether or not there is a token still.
            let hint = failure.hint.map { " (\($0))" } ?? ""
            self.init(name: ErrorName.authorityUnavailable.rawValue, hint: failure.message + hint)
            return
        }
        if isReachable, hasToken { return nil }
        if isReachable, failure?.meaning != .rejected {
            guard snapshot.awaitsFirstAnswer, failure == nil else { return nil }
            let lack = snapshot.hasAnonymousTokens ? "and there is no token" : "and nobody can sign in until it has"
            let hint = "the authority has not answered yet, \(lack); sessionctl status says when it is asked"
            self.init(name: ErrorName.authorityUnavailable.rawValue, hint: hint)
            return
        }
        let reason = failure?.message ?? "the authority does not answer"
        let hint = failure?.hint.map { " (\($0))" } ?? ""
        let since = snapshot.authorityOutage.map { "; asked in vain for \($0.call.wish) since \($0.since)" } ?? ""
        let lack = hasToken ? "the present token is good until it expires" : Self.lack(snapshot)
        let name = isReachable ? ErrorName.authorityRejected : .authorityUnavailable
        self.init(name: name.rawValue, hint: "\(reason)\(hint)\(since); \(lack)")
    }

    // What is missing without a token.
    private static func lack(_ snapshot: SessionSnapshot) -> String {
        guard let outage = snapshot.authorityOutage else { return "there is no token" }
        if outage.call.weight == .minor { return "neither tokens nor sign-ins wait for it" }
        if snapshot.hasAnonymousTokens { return "there is no token" }
        // Nothing else asks for these: that it answers by now would not be known.
        let isAskedByPeople = outage.call == .beginning || outage.call == .authentication
        return isAskedByPeople ? "the next sign-in asks it again" : "nobody can sign in until it answers"
    }
}
