// SPDX-License-Identifier: Apache-2.0

import AccessRules
import Glibc
import LineServer
import SealedStore
import SessionConfiguration
import SessionMachine
import SessionServer
import SessiondLinux
import SessiondPrimitives

extension Settings {
    /// The limits as the server takes them.
    var serverLimits: ServerLimits {
        var limits = ServerLimits()
        limits.lines.connections = self.limits.connections
        limits.lines.fit(intoDescriptors: DescriptorLimit.current)
        limits.lines.connectionsPerUser = min(self.limits.connectionsPerUser, limits.lines.connections)
        limits.lines.inFlightPerConnection = self.limits.inFlightPerConnection
        limits.lines.idleConnection = self.limits.idleConnection ?? .zero
        limits.lines.lineArrival = self.limits.line
        limits.lines.unsentBytes = self.limits.unsentBytes
        limits.failedSignIns = self.limits.failedSignIns
        limits.failedSignInDelay = self.limits.failedSignInDelay ?? .zero
        return limits
    }

    /// The rules with the ids of their users and groups; one whose name stands for none grants nothing.
    func accessPolicy(_ standings: [UnixName: NameStanding]) -> AccessPolicy {
        let rules = access.rules.compactMap { rule in
            rule.subject.resolved(standings).map { AccessPolicy.Rule(capabilities: rule.capabilities, subject: $0) }
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
    /// Whom it is about; `nil`: nobody has that name.
    fileprivate func resolved(_ standings: [UnixName: NameStanding]) -> AccessPolicy.Rule.Subject? {
        switch self {
        case .any: .any
        case .user(.id(let id)): .user(id)
        case .group(.id(let id)): .group(id)
        case .user(.name(let name)): resolved(.user(name), standings, AccessPolicy.Rule.Subject.user)
        case .group(.name(let name)): resolved(.group(name), standings, AccessPolicy.Rule.Subject.group)
        }
    }

    private func resolved(
        _ name: UnixName, _ standings: [UnixName: NameStanding],
        _ subject: (UInt32) -> AccessPolicy.Rule.Subject
    ) -> AccessPolicy.Rule.Subject? {
        switch standings[name] ?? .asked {
        case .found(let id), .unavailable(_, keeping: let id?): subject(id)
        case .asked, .unavailable(_, keeping: nil): .unknown("\(name)")
        case .absent: nil
        }
    }
}
