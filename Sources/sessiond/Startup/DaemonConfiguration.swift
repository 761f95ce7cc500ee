// SPDX-License-Identifier: Apache-2.0

import Logging
import SessionConfiguration
import SessionCore
import SessionProtocol
import SessionServer

/// The configuration as the daemon runs with it: loaded, or unusable, which stops nobody but the callers.
struct DaemonConfiguration {
    let settings: Settings
    /// Why it cannot be used; `nil` where it can.
    let unusable: SessionError?
    private let information: InfoAnswer.Configuration

    init(_ loader: ConfigurationLoader, at now: Moment, logger: Logger) {
        var fields: Logger.Metadata { ["MESSAGE_ID": "\(JournalEvent.configuration.rawValue)"] }
        do throws(ConfigurationError) {
            let loaded = try loader.load()
            for warning in loaded.warnings { logger.warning("\(warning)", metadata: fields) }
            settings = loaded.settings
            unusable = DaemonConfiguration.unsupported(loaded.settings)
            information = InfoAnswer.Configuration(
                files: loaded.files, loadedAt: now.wall, problem: unusable?.message)
        } catch {
            for problem in error.problems { logger.error("\(problem)", metadata: fields) }
            settings = Settings()
            unusable = SessionError(
                .notConfigured, "the configuration cannot be used: \(error.description)",
                hint: "correct it, then: systemctl restart sessiond")
            information = InfoAnswer.Configuration(files: [], loadedAt: now.wall, problem: error.description)
        }
        if let unusable { logger.error("\(unusable.message)", metadata: fields) }
    }

    /// Why what can be loaded can not be run with here; `nil` where it can, or where it cannot even be loaded.
    static func unsupported(_ loader: ConfigurationLoader) -> SessionError? {
        (try? loader.load()).flatMap { unsupported($0.settings) }
    }

    // An authority that this build does not have is no reason to hold the session with another one.
    private static func unsupported(_ settings: Settings) -> SessionError? {
        guard settings.authority.kind != .local else { return nil }
        let kind = settings.authority.kind.rawValue
        return SessionError(
            .notConfigured, "[Authority] Kind=\(kind) is not in this version",
            hint: "use Kind=local, then: systemctl restart sessiond")
    }

    func facts(startedAt: Moment) -> ServerFacts {
        ServerFacts(
            server: "sessiond/\(Product.version)", startedAt: startedAt, configuration: information, unusable: unusable,
            logTokenReads: settings.tokenReadLog)
    }
}
