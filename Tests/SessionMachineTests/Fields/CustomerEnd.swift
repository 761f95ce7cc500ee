// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionMachine
@testable import TestSupport

/// How a customer's session ends, or the customer is another one.
enum CustomerEnd: String, CaseIterable, Sendable {
    case signOut, signOutByAdministrator, kioskSignOut, rejection
    case destroy, signOutWithDestroy, kioskDestroy, accountDeleted, apiKeyChanged, apiKeyConfigured, otherAuthority
    case regenerate, signInOfAnother

    /// Whether there is another customer then.
    var replacesCustomer: Bool {
        switch self {
        case .signOut, .signOutByAdministrator, .kioskSignOut, .rejection: false
        case .destroy, .signOutWithDestroy, .kioskDestroy, .accountDeleted, .apiKeyChanged, .apiKeyConfigured,
            .otherAuthority, .regenerate, .signInOfAnother:
            true
        }
    }

    /// The record that it begins with: every field is set that can be then.
    var before: SessionRecord {
        var record = SessionRecord.filled
        switch self {
        case .regenerate, .signInOfAnother: (record.client, record.presence, record.refreshing) = (nil, nil, nil)
        default: record.endedBecause = nil
        }
        return record
    }

    /// The record that it leaves.
    var after: SessionRecord {
        let kiosk = KioskPolicy(
            idleTimeout: [.kioskSignOut, .kioskDestroy].contains(self) ? .seconds(10_000) : nil,
            endAction: self == .kioskDestroy ? .destroy : .signOut)
        var bench = MachineBench(traits: MachineBench.told, policy: SessionPolicy(identifierSalt: "salt", kiosk: kiosk))
        bench.machine.record = before
        happen(in: &bench)
        return bench.record
    }

    private func happen(in bench: inout MachineBench) {
        switch self {
        case .signOut: bench.call(.signOut(SignOut(), byAdministrator: false))
        case .signOutByAdministrator: bench.call(.signOut(SignOut(), byAdministrator: true))
        case .signOutWithDestroy: bench.call(.signOut(SignOut(mode: .destroy), byAdministrator: false))
        case .destroy: bench.call(.destroy(Destroy()))
        case .kioskSignOut, .kioskDestroy:
            bench.machine.record.presence?.activeAt = bench.now.boottime - .seconds(10_000)
            bench.handle(.tick)
        case .rejection:
            bench.call(.refreshToken)
            bench.endFlight(.client, .failure(.rejection))
        case .accountDeleted:
            bench.call(.authenticate(.deletion(DeleteAccount(authFactor: Secret("p")))))
            bench.handle(.deletionEnded(bench.machine.authentication?.attempt.id ?? 0, .success(nil)))
        case .apiKeyChanged: bench.call(.changeAPIKey(ChangeAPIKey(apiKey: Secret("other"))))
        case .apiKeyConfigured: bench.handle(.reconfigured(bench.machine.policy, MachineBench.traits(key: "other")))
        case .otherAuthority:
            bench.handle(.reconfigured(bench.machine.policy, MachineBench.traits(origin: "https://b.example")))
        case .regenerate: bench.call(.regenerate(RegenerateUUID()))
        case .signInOfAnother: bench.authenticate(.passwordOf("bob@example.com"))
        }
    }
}
