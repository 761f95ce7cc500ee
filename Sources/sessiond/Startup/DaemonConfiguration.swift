// SPDX-License-Identifier: Apache-2.0

import Logging
import SessionConfiguration
import SessionCore
import SessionProtocol
import SessionServer

/// The configuration as the daemon runs with it: loaded, or unusable, which stops nobody but the callers.
struct DaemonConfiguration {
    let settings: Settings
    /// Who issues tokens; `nil` where it cannot be used.
    let authority: AuthorityChoice?
    /// Why it cannot be used; `nil` where it can.
    let unusable: SessionError?
    private let information: InfoAnswer.Configuration

    init(_ loader: ConfigurationLoader, at now: Moment, logger: Logger) {
        var fields: Logger.Metadata { ["MESSAGE_ID": "\(JournalEvent.configuration.rawValue)"] }
        do throws(ConfigurationError) {
            let loaded = try loader.load()
            for warning in loaded.warnings { logger.warning("\(warning)", metadata: fields) }
            settings = loaded.settings
            (authority, unusable) = DaemonConfiguration.choose(loaded.settings, logger)
            information = InfoAnswer.Configuration(
                files: loaded.files, loadedAt: now.wall, problem: unusable?.message)
        } catch {
            for problem in error.problems { logger.error("\(problem)", metadata: fields) }
            settings = Settings()
            authority = nil
            unusable = SessionError(
                .notConfigured, "the configuration cannot be used: \(error.description)",
                hint: "correct it, then: systemctl restart sessiond")
            information = InfoAnswer.Configuration(files: [], loadedAt: now.wall, problem: error.description)
        }
        if let unusable { logger.error("\(unusable.message)", metadata: fields) }
    }

    /// Why what can be loaded cannot be run with here; `nil` where it can, or where it cannot even be loaded.
    static func problem(_ loader: ConfigurationLoader, logger: Logger) -> SessionError? {
        (try? loader.load()).flatMap { choose($0.settings, logger).1 }
    }

    private static func choose(_ settings: Settings, _ logger: Logger) -> (AuthorityChoice?, SessionError?) {
        do throws(SessionError) {
            return (try AuthorityChoice(settings, logger: logger), nil)
        } catch {
            return (nil, error)
        }
    }

    func facts(startedAt: Moment, problems: [HealthAnswer.Problem]) -> ServerFacts {
        ServerFacts(
            server: "sessiond/\(Product.version)", startedAt: startedAt, configuration: information, unusable: unusable,
            problems: problems, logTokenReads: settings.tokenReadLog)
    }
}
