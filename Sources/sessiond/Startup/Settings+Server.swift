// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionConfiguration
import SessionCore
import SessionServer
import SystemAccounts

extension Settings {
    /// The limits as the server takes them.
    var serverLimits: ServerLimits {
        var limits = ServerLimits()
        limits.connections = self.limits.connections
        limits.fit(intoDescriptors: DescriptorLimit.current)
        limits.connectionsPerUser = min(self.limits.connectionsPerUser, limits.connections)
        limits.inFlightPerConnection = self.limits.inFlightPerConnection
        limits.idleConnection = self.limits.idleConnection ?? .zero
        limits.line = self.limits.line
        limits.unsentBytes = self.limits.unsentBytes
        limits.failedSignIns = self.limits.failedSignIns
        limits.failedSignInDelay = self.limits.failedSignInDelay ?? .zero
        return limits
    }

    /// The rules with the ids of their users and groups; one whose name does not exist grants nothing.
    var accessPolicy: AccessPolicy {
        let rules = access.rules.compactMap { rule in
            rule.subject.resolved.map { AccessPolicy.Rule(capabilities: rule.capabilities, subject: $0) }
        }
        return AccessPolicy(rules: rules, ownUser: geteuid())
    }

    var tokenReadLog: ServerFacts.TokenReadLog {
        switch access.logTokenReads {
        case .no: .no
        case .first: .first
        case .all: .all
        }
    }

    var sessionPolicy: SessionPolicy {
        SessionPolicy(
            identifierSalt: session.identifierSalt, refresh: RefreshPolicy(window: session.refreshWindow),
            destroysOnKeyChange: session.destroyOnAPIKeyChange,
            kiosk: KioskPolicy(
                idleTimeout: session.idleTimeout, maximumLifetime: session.maximumLifetime,
                warnBefore: session.warnBefore, endAction: session.endAction == .destroy ? .destroy : .signOut))
    }

    var storeOptions: StoreOptions.OtherMachine { store.otherMachine == .keep ? .keep : .fresh }
}

extension AccessSubject {
    fileprivate var resolved: AccessPolicy.Rule.Subject? {
        switch self {
        case .any: .any
        case .user(.id(let id)): .user(id)
        case .user(.name(let name)): AccountDatabase.user(named: name).map { .user($0) }
        case .group(.id(let id)): .group(id)
        case .group(.name(let name)): AccountDatabase.group(named: name).map { .group($0) }
        }
    }
}
