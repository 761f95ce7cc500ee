// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionConfiguration
import SessionProtocol
import SessiondPrimitives

/// Whether the users and groups that the rules name can be looked up, here and by the daemon, and are anybody.
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
    /// Whether anybody is in a group.
    var isInhabited: @Sendable (gid_t) -> Bool = GroupMembers.isInhabited

    func examine() -> DoctorFinding {
        guard let settings else { return .skipped("there is no configuration to go by") }
        let rules = settings.access.rules
        let answers = ask(Set(rules.compactMap(\.subject.accountName)))
        let findings =
            rules.compactMap { NamesCheck.finding(for: $0, answers, reload: remedies.reload) }
            + [daemonFinding].compactMap { $0 }
        return DoctorFinding(worstOf: findings.isEmpty ? [reach(rules, answers)] : findings)
    }

    // Whom the rules reach: a group may be missing, as without the package, or have nobody in it yet.
    private func reach(_ rules: [AccessRule], _ answers: [UnixName: AccountAnswer<UInt32>]) -> DoctorFinding {
        let idle = rules.compactMap { emptyGroup(of: $0.subject, answers) }
        let empty = idle.filter(\.isThere).map(\.name).joined(separator: ", ")
        let missing = idle.filter { !$0.isThere }.map(\.name).joined(separator: " or ")
        let nobody = [
            empty.isEmpty ? nil : "nobody is in \(empty)", missing.isEmpty ? nil : "there is no group \(missing)",
        ].compactMap { $0 }.joined(separator: "; ")
        guard idle.count == rules.count else {
            return .ok("every name in [Access] can be looked up\(idle.isEmpty ? "" : "; \(nobody)")")
        }
        let whom = idle.isEmpty ? "no line of [Access] grants anything" : nobody
        let remedy =
            switch idle.first {
            case let group? where group.isThere:
                "usermod -aG \(group.name) NAME; in a unit: SupplementaryGroups=\(group.name)"
            case .some where remedies.isService: "as root: systemd-sysusers"
            case .some, nil: "write a line Allow= for user:NAME into [Access]; \(remedies.reload)"
            }
        return .warning(
            "\(whom): none but root and sessiond's own user may do anything",
            hint: "\(remedy); then: sessionctl access explain --user NAME")
    }

    // The group that a rule is for, where nobody is in it; `nil`: it is for somebody.
    private func emptyGroup(
        of subject: AccessSubject, _ answers: [UnixName: AccountAnswer<UInt32>]
    ) -> (name: String, isThere: Bool)? {
        guard case .group(let group) = subject else { return nil }
        switch group {
        case .id(let id): return isInhabited(id) ? nil : ("\(group)", true)
        case .name(let name):
            switch answers[.group(name)] ?? .absent {
            case .absent: return (name, false)
            case .found(let id): return isInhabited(id) ? nil : (name, true)
            case .unavailable: return nil
            }
        }
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
