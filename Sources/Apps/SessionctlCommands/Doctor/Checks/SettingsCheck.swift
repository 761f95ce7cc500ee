// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionConfiguration
import SessionProtocol

/// Whether the daemon runs with the configuration that its files have now, and that one can be used.
struct SettingsCheck: DoctorCheck {
    static let name = "configuration"

    let daemon: DaemonFacts
    /// The files as they are now.
    let configuration: ConfigurationFacts
    let remedies: Remedies
    /// The file that the daemon was started with; `nil`: none, it searches.
    let configFile: String?
    /// Where the unit's files are.
    var unitFolders = ServiceCredential.unitFolders

    func examine() -> DoctorFinding {
        if let problem = (try? daemon.info.get())?.configuration.problem ?? daemon.error(.notConfigured)?.message {
            return .problem(problem, hint: "correct it; \(check); then: \(remedies.reload)")
        }
        switch configuration {
        case .loaded(let loaded): return DoctorFinding(worstOf: warnings(loaded) + [freshness(loaded)])
        case .unusable(let error): return unusable(error)
        case .late: return .problem("the configuration's files cannot be read to their end", hint: "df; dmesg | tail")
        case .unknown: return .skipped("it is not known what sessiond reads", hint: "add --config FILE")
        }
    }

    private var check: String { "sessionctl config check" + (configFile.map { " --config \($0)" } ?? "") }

    private func unusable(_ error: ConfigurationError) -> DoctorFinding {
        if let closed = error.problems.closedToCaller { return closed }
        let consequence =
            daemon.answers ? "sessiond runs with what it read before" : "sessiond could do nothing with it"
        return .problem("\(error.summary); \(consequence)", hint: "correct it; \(check); then: \(remedies.reload)")
    }

    private func warnings(_ loaded: LoadedConfiguration) -> [DoctorFinding] {
        guard let first = loaded.warnings.first else { return [] }
        let more = loaded.warnings.count > 1 ? " and \(loaded.warnings.count - 1) more" : ""
        return [.warning("\(first)\(more)", hint: check)]
    }

    private func freshness(_ loaded: LoadedConfiguration) -> DoctorFinding {
        let used = loaded.files.isEmpty ? "no file, the defaults hold" : loaded.files.joined(separator: ", ")
        guard let running = (try? daemon.info.get())?.configuration else { return .ok(used) }
        if running.files != loaded.files {
            return .warning("sessiond runs with other files than there are now: \(used)", hint: remedies.reload)
        }
        let changed = loaded.files.first { path in
            (try? FileFacts(path)).map { $0.changedAt > running.loadedAt.secondsSince1970 } ?? false
        }
        if let changed { return .warning("\(changed) was changed since sessiond read it", hint: remedies.reload) }
        return newCredential(loaded) ?? .ok(used)
    }

    // A credential is read at a start only, and no reload tells of another one.
    private func newCredential(_ loaded: LoadedConfiguration) -> DoctorFinding? {
        guard let credential = loaded.settings.authority.kind.credential, let info = try? daemon.info.get() else {
            return nil
        }
        let source = ServiceCredential(credential.name, unitFolders: unitFolders)
        return source.changedFile(since: info.startedAt.secondsSince1970).map { path in
            .warning(
                "\(path), the credential \(credential.name), was changed since sessiond was started",
                hint: "\(remedies.restart); another key may end the session: see sessionctl reload --dry-run")
        }
    }
}

extension [ConfigurationProblem] {
    /// What is to be said where a file is not for the caller to read: that is no fault of the configuration's.
    var closedToCaller: DoctorFinding? {
        let closed = first { access($0.path, R_OK) != 0 && errno == EACCES }
        return closed.map { .skipped("\($0.path) is not for you to read", hint: "run this as root") }
    }
}
