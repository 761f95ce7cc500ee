// SPDX-License-Identifier: Apache-2.0

import LineServer
import SealedStore
import SessionConfiguration
import SessionMachine
import SessionServer

extension Settings {
    /// The limits as the server takes them.
    var serverLimits: ServerLimits {
        var limits = ServerLimits()
        limits.lines.connections = self.limits.connections
        limits.lines.fit(intoDescriptors: DescriptorLimit.current)
        limits.lines.connectionsPerUser = min(self.limits.connectionsPerUser, limits.lines.connections)
        limits.connectionsPerOrigin = self.limits.connectionsPerOrigin
        limits.lines.inFlightPerConnection = self.limits.inFlightPerConnection
        limits.lines.idleConnection = self.limits.idleConnection ?? .zero
        limits.lines.lineArrival = self.limits.line
        limits.lines.unsentBytes = self.limits.unsentBytes
        limits.failedSignIns = self.limits.failedSignIns
        limits.failedSignInDelay = self.limits.failedSignInDelay ?? .zero
        return limits
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
