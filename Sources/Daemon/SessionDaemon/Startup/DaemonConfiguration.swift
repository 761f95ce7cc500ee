// SPDX-License-Identifier: Apache-2.0

import AccessRules
import Glibc
import Logging
import SessionAuthorities
import SessionConfiguration
import SessionMachine
import SessionProtocol
import SessionServer
import SessiondLinux
import SessiondPrimitives

/// The configuration as the daemon runs with it: loaded, or unusable, which stops nobody but the callers.
struct DaemonConfiguration: Sendable {
    var settings: Settings
    /// What can be set.
    let schema: SettingSchema
    /// How it stands with the names in the rules.
    var standings: [UnixName: NameStanding] = [:]
    /// Whether a line says who issues tokens.
    var namesAuthority = false
    /// Of which kind of authority the stored session is that it was refused for; `nil`: it was not.
    private(set) var refusedFor: String?
    /// What is odd in the files, or in what they name.
    private(set) var warnings: [String] = []
    /// Who issues tokens, or why it cannot be used.
    var authority: Result<AuthorityChoice, SessionError>
    /// Where it comes from, and what was wrong when it was read again since.
    var information: InfoAnswer.Configuration

    /// Reads the files; the loader's schema is that of these authorities.
    init(
        _ loader: ConfigurationLoader, at now: Moment, logger: Logger, authorities: AuthorityList = .known
    ) {
        schema = loader.schema
        var fields: Logger.Metadata { ["MESSAGE_ID": "\(JournalEvent.configuration.rawValue)"] }
        var lines: [String]?
        do throws(ConfigurationError) {
            let loaded = try loader.load()
            warnings = loaded.warnings.map(\.description) + DaemonConfiguration.warnings(ofFilesIn: loaded.settings)
            for warning in warnings { logger.warning("\(warning)", metadata: fields) }
            (settings, namesAuthority) = (loaded.settings, loaded.namesAuthority)
            authority = DaemonConfiguration.choose(authorities, loaded.settings, logger)
            information = InfoAnswer.Configuration(files: loaded.files, loadedAt: now.wall)
        } catch {
            settings = Settings()
            let problems = error.problems.map(\.description)
            lines = problems.map { "the configuration cannot be used: \($0)" }
            let problem = error.summary
            authority = .failure(
                SessionError(
                    .notConfigured, "the configuration cannot be used: \(problem)",
                    hint: "correct it, see sessionctl config check, then: sessionctl reload",
                    details: [JSONMember("problems", .array(problems.map(JSONValue.string)))]))
            information = InfoAnswer.Configuration(
                files: loader.source.named.map { [$0] } ?? [], loadedAt: now.wall, problem: problem)
        }
        guard let unusable else { return }
        refuse(unusable, logger, lines: lines)
    }

    /// Notes why it cannot be used.
    ///
    /// - Parameter lines: What the journal says; `nil`: the error's message.
    mutating func refuse(_ error: SessionError, _ logger: Logger, lines: [String]? = nil) {
        for line in lines ?? [error.message] {
            logger.error("\(line)", metadata: ["MESSAGE_ID": "\(JournalEvent.configuration.rawValue)"])
        }
        authority = .failure(error)
        information.problem = information.problem ?? error.message
    }

    /// Sees whether it can be used with a session of a kind of authority; notes why, where it cannot.
    ///
    /// A session ends by another authority where a line says so. Where none says who issues tokens, a section or a file
    /// has vanished.
    ///
    /// - Returns: Whether it can.
    mutating func admits(sessionOf kind: String, _ logger: Logger) -> Bool {
        guard unusable == nil, let error = refusal(kind) else { return true }
        refusedFor = kind
        refuse(error, logger)
        return false
    }

    /// Why a session of a kind of authority is not gone on with; `nil`: it is.
    func refusal(_ kind: String) -> SessionError? {
        guard !namesAuthority, kind != settings.authority.kind.name else { return nil }
        return SessionError(
            .notConfigured,
            "the configuration cannot be used: it has no Kind= in [Authority], and the session is the \(kind) "
                + "authority's, which another one would end",
            hint: "write Kind=\(kind) below [Authority], or Kind=\(settings.authority.kind.name) to end the session; "
                + "then: sessionctl reload")
    }

    /// The rules, with the ids that their names stand for.
    var access: AccessPolicy {
        AccessPolicy(settings.access.rules, settings.access.originRules, standings, ownUser: geteuid())
    }

    /// The credentials that its authority uses.
    var credentials: [String] { (try? authority.get().credentials) ?? [] }

    /// Whether another key in one of them ends the session.
    var newCredentialEndsSession: Bool { !credentials.isEmpty && settings.session.destroyOnAPIKeyChange }

    /// Why it cannot be used; `nil` where it can.
    var unusable: SessionError? {
        if case .failure(let error) = authority { error } else { nil }
    }

    /// Why what can be loaded cannot be run with here; `nil` where it can, or where it cannot even be loaded.
    static func problem(_ loader: ConfigurationLoader, logger: Logger) -> SessionError? {
        guard let loaded = try? loader.load(), case .failure(let error) = choose(.known, loaded.settings, logger)
        else { return nil }
        return error
    }

    // Files that are read only when they are needed; those with a key are read with the configuration.
    private static func warnings(ofFilesIn settings: Settings) -> [String] {
        let kind = settings.authority.kind
        let others = kind.namedFiles(settings).filter { kind.credential?.alternatives.contains($0.setting) != true }
        return others.compactMap { named in named.obstacle().map { "\(named.setting)=\(named.path) \($0)" } }
    }

    private static func choose(
        _ authorities: AuthorityList, _ settings: Settings, _ logger: Logger
    ) -> Result<AuthorityChoice, SessionError> {
        do throws(SessionError) {
            let factory = try authorities.factory(for: settings)
            return .success(try factory.choose(settings, AuthoritySurroundings(logger: logger)))
        } catch {
            return .failure(error)
        }
    }

    /// What is to be said of the names.
    func report(on names: DaemonNames) -> NameReport { NameReport(names.places(in: settings), standings) }

    /// What of it the server follows.
    func forServer(
        startedAt: Moment, start: SessionStart, stored: [HealthAnswer.Problem], names: DaemonNames
    ) -> ServerConfiguration {
        let problems = [SealingChoice(settings.store.seal, start.key).problem].compactMap { $0 } + stored
        let facts = ServerFacts(
            server: "sessiond/\(Product.version)", startedAt: startedAt, configuration: information,
            stateDirectory: start.folder, unusable: unusable, problems: problems,
            accessProblem: report(on: names).problem, logTokenReads: settings.tokenReadLog)
        return ServerConfiguration(limits: settings.serverLimits, access: access, facts: facts)
    }
}
