// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import AccessRules
@testable import TestSupport

/// What callers may do who speak for web pages.
@Suite(.timeLimit(.minutes(10))) struct PageAccessTests {
    private let till: WebOrigin
    private let menu: WebOrigin

    init() throws {
        (till, menu) = (try WebOrigin("https://till.example.com"), try WebOrigin("https://menu.example.com"))
    }

    private static let own: UInt32 = 7
    private static let user: UInt32 = 8
    private static let callers = [0, own, user, 9, Credentials.overflowID].map {
        Credentials(uid: $0, gid: 50, groups: [])
    }

    private static func capabilities(_ bits: Int) -> Set<Capability> {
        Set(Capability.allCases.enumerated().filter { bits & 1 << $0.offset != 0 }.map(\.element))
    }

    private func policy(user: Int, page: Int, menu: Int = 127) -> AccessPolicy {
        AccessPolicy(
            rules: [.init(capabilities: Self.capabilities(user), subject: .user(Self.user))],
            pageRules: [
                .init(capabilities: Self.capabilities(page & 0b10_1010), origin: till),
                .init(capabilities: Self.capabilities(menu), origin: self.menu),
                .init(capabilities: Self.capabilities(page & 0b101_0101), origin: till),
            ], ownUser: Self.own)
    }

    /// What somebody may do for themselves, said once more.
    private static func ownRights(of caller: Credentials, _ user: Int, isObserver: Bool) -> Set<Capability> {
        if caller.uid == Credentials.overflowID { return [] }
        if isObserver { return [.identityRead] }
        if caller.uid == 0 || caller.uid == own { return Set(Capability.allCases) }
        return caller.uid == Self.user ? capabilities(user) : []
    }

    @Test func aPageMayDoWhatUserOriginAndSocketAllAllowAndNeverAdminister() {
        // Every set of rights of a user with every one of a page, for whom rules decide and for whom none does.
        for user in 0..<128 {
            for page in 0..<128 {
                let policy = policy(user: user, page: page)
                let allowed = Self.capabilities(page).subtracting([.admin])
                for caller in Self.callers {
                    for isObserver in [false, true] {
                        let rights = Self.ownRights(of: caller, user, isObserver: isObserver)
                        let found = policy.capabilities(of: caller, isObserver: isObserver, onBehalfOf: till)
                        guard found != CapabilitySet(rights.intersection(allowed)) else { continue }
                        Issue.record("\(caller.uid), \(isObserver), \(user), \(page): \(found.names)")
                        return
                    }
                }
            }
        }
    }

    @Test func anOriginWithoutALineHasNothingWhoeverItsUserIs() throws {
        let other = try WebOrigin("https://till.example.com:8443")
        for caller in Self.callers {
            #expect(policy(user: 127, page: 127).capabilities(of: caller, isObserver: false, onBehalfOf: other) == [])
        }
    }

    @Test func whoSpeaksForNoPageIsAskedAboutAsBefore() {
        let (with, without) = (
            policy(user: 5, page: 3), AccessPolicy(rules: policy(user: 5, page: 0).rules, ownUser: 7)
        )
        for caller in Self.callers {
            #expect(
                with.capabilities(of: caller, isObserver: false)
                    == without.capabilities(of: caller, isObserver: false))
        }
    }

    @Test func listsEachOriginOnceInItsOrder() {
        #expect(policy(user: 0, page: 0).origins == [till, menu])
        #expect(AccessPolicy(rules: [], ownUser: nil).origins.isEmpty)
    }

    @Test func whatIsExplainedIsWhatIsDecidedAndTheMissingLinesGrantIt() {
        var random = SeededRandom(seed: 5)
        for _ in 0..<2_000 {
            let policy = policy(
                user: Int.random(in: 0..<128, using: &random), page: Int.random(in: 0..<128, using: &random))
            let caller = Self.callers[Int.random(in: 0..<4, using: &random)]
            let decision = policy.decision(on: caller, isObserver: false, onBehalfOf: till)
            let now = policy.capabilities(of: caller, isObserver: false, onBehalfOf: till)
            #expect(decision.capabilities == now)
            for capability in Capability.allCases where !now.contains(capability) && capability != .admin {
                let hint = decision.denial(of: capability).hint ?? ""
                var granting = policy
                if hint.contains("AllowOrigin=\(capability.rawValue) \(till)") {
                    granting.pageRules.append(.init(capabilities: [capability], origin: till))
                }
                if hint.contains("Allow=\(capability.rawValue) user:\(caller.uid)") {
                    granting.rules.append(.init(capabilities: [capability], subject: .user(caller.uid)))
                }
                #expect(
                    granting.capabilities(of: caller, isObserver: false, onBehalfOf: till)
                        == now.union(CapabilitySet([capability])), "\(hint)")
            }
        }
    }

    @Test func noLineCanGrantPagesWhatAdministratorsHave() {
        let decision = policy(user: 127, page: 127).decision(on: Self.callers[0], isObserver: false, onBehalfOf: till)
        let denial = decision.denial(of: .admin)
        #expect(denial.hint?.contains("Allow") == false)
        #expect(denial.message == "pages of https://till.example.com have no right to admin")
    }
}
