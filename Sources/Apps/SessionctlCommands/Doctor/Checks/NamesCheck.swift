// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol
import SessiondPrimitives

/// Whether the users and groups that the rules name can be looked up, here and by the daemon.
struct NamesCheck: DoctorCheck {
    static let name = "accessNames"

    /// `nil`: there is no configuration that can be used.
    let settings: Settings?
    let daemon: DaemonFacts
    let remedies: Remedies
    /// Asks for names.
    var ask: @Sendable (Set<UnixName>) -> [UnixName: AccountAnswer<UInt32>] = {
        AccountLookUps.ids.answers(to: $0)
    }

    func examine() -> DoctorFinding {
        guard let settings else { return .skipped("there is no configuration to go by") }
        let answers = ask(Set(settings.access.rules.compactMap(\.subject.accountName)))
        let findings =
            settings.access.rules.compactMap { NamesCheck.finding(for: $0, answers, reload: remedies.reload) }
            + [daemonFinding].compactMap { $0 }
        return DoctorFinding(worstOf: findings.isEmpty ? [.ok("every name in [Access] can be looked up")] : findings)
    }

    /// What there is to say of a rule; `nil`: nothing.
    static func finding(
        for rule: AccessRule, _ answers: [UnixName: AccountAnswer<UInt32>], reload: String
    ) -> DoctorFinding? {
        guard let name = rule.subject.accountName, let answer = answers[name] else { return nil }
        switch answer {
        case .found: return nil
        case .absent:
            // Those of the defaults are the package's, and said where they are needed.
            guard rule.origin != .builtIn else { return nil }
            return .warning(
                "\(rule.origin) gives nobody anything: there is no such name as \(name)",
                hint: "add it, or correct the line; then: \(reload)")
        case .unavailable(let failure):
            return .problem(
                "\(name) (\(rule.origin)) could not be asked: \(failure)",
                hint: "see nsswitch.conf(5) and its servers: \(name.command)")
        }
    }

    // It may have asked at another time.
    private var daemonFinding: DoctorFinding? {
        daemon.problem(.init(rawValue: "nameUnavailable")).map { text in
            .problem("sessiond says: \(text)", hint: "once that works, to have it tried at once: \(remedies.reload)")
        }
    }
}
