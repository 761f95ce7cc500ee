// SPDX-License-Identifier: Apache-2.0

import AccessRules
import SessionAuthorities
import SessionConfiguration

/// What a configuration that was read again changes, and what of it has to wait for a restart.
struct ReloadPlan {
    /// What holds from then on.
    let configuration: DaemonConfiguration
    /// What is in force then and was not before, each `Section.Key`.
    let applied: [String]
    /// What was changed and is not in force then.
    let needsRestart: [String]
    /// What holds from the restart on.
    let restarted: DaemonConfiguration
    /// Whether there is another authority, or the same with other settings.
    let replacesAuthority: Bool

    /// Compares what is in force with what was read.
    init(from current: DaemonConfiguration, to next: DaemonConfiguration) {
        var effective = next
        effective.settings.store = current.settings.store
        if next.settings.authority != current.settings.authority {
            // The settings of all kinds belong together: none of them is applied alone.
            effective.settings.authority = current.settings.authority
            effective.settings.authorities = current.settings.authorities
            effective.authority = current.authority
            effective.namesAuthority = current.namesAuthority
        }
        let keys = next.schema.changes(from: current.settings, to: effective.settings)
        let names = Set(keys.map(\.description)).union(ReloadPlan.contents(from: current, to: effective))
        (configuration, restarted) = (effective, next)
        applied = next.schema.keys.map(\.description).filter(names.contains)
        needsRestart = next.schema.changes(from: effective.settings, to: next.settings).map(\.description)
        replacesAuthority = names.contains { $0.hasPrefix("\(effective.settings.authority.kind.section.rawValue).") }
    }

    /// Settings whose text may be the same, but not what it stands for: a key in a file, the ids of users and groups.
    private static func contents(from current: DaemonConfiguration, to next: DaemonConfiguration) -> [String] {
        let access = current.access.rules == next.access.rules ? [] : ["Access.Allow"]
        guard case .success(let before) = current.authority, case .success(let after) = next.authority else {
            return access
        }
        return access + after.contentsChanged(since: before)
    }
}
