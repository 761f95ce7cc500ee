// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionProtocol

@Suite("Methods", .timeLimit(.minutes(10)))
struct MethodTests {
    // The contract: method, capability ("" where being able to connect is enough), mutation, authentication.
    static let contract: [(name: String, capability: String, isMutation: Bool, isAuthentication: Bool)] = [
        ("session.getUUID", "identity.read", false, false),
        ("session.getUUIDForAuthentication", "identity.read", false, false),
        ("session.status", "identity.read", false, false), ("session.retrieveToken", "token.read", false, false),
        ("session.refreshToken", "token.read", false, false), ("session.regenerateUUID", "session.write", true, false),
        ("session.destroy", "session.write", true, false), ("session.signIn", "session.write", true, true),
        ("session.authenticate", "session.write", true, true),
        ("session.authenticateWithToken", "session.write", true, true),
        ("session.simpleAuthenticate", "session.write", true, true),
        ("session.beginSignIn", "session.write", true, false), ("session.pendingSignIn", "signIn.show", false, false),
        ("session.completeSignIn", "session.write", true, false),
        ("session.cancelSignIn", "session.write", true, false),
        ("session.signOut", "session.write", true, false),
        ("session.deleteAccount", "session.write", true, true), ("session.setIdentity", "session.write", true, false),
        ("session.profile", "profile.read", false, false), ("session.touch", "session.touch", false, false),
        ("session.watch", "identity.read", false, false), ("authority.changeAPIKey", "admin", true, false),
        ("daemon.hello", "", false, false), ("daemon.info", "", false, false), ("daemon.health", "", false, false),
        ("daemon.metrics", "admin", false, false), ("daemon.setLogLevel", "admin", false, false),
        ("daemon.reload", "admin", true, false), ("daemon.origins", "", false, false),
        ("rpc.discover", "", false, false),
    ]

    @Test("a method needs the capability of the contract", arguments: contract)
    func matchesContract(name: String, capability: String, isMutation: Bool, isAuthentication: Bool) throws {
        let method = try #require(Method(rawValue: name))
        #expect(method.capability?.rawValue ?? "" == capability)
        #expect(method.isMutation == isMutation)
        #expect(method.isAuthentication == isAuthentication)
    }

    @Test("there are no methods but those of the contract")
    func methodsAreTheContract() {
        #expect(
            Method.allCases.map(\.rawValue) == Self.contract.map(\.name),
            "write the method, in its place, in the contract in Tests/SessionProtocolTests/Values/MethodTests.swift")
    }

    @Test("pages have the methods of the contract, none that needs no right, and none for administrators")
    func pagesHaveTheContract() {
        let methods = Method.allCases.filter(\.isForPages)
        #expect(
            methods.map(\.rawValue) == [
                "session.status", "session.retrieveToken", "session.regenerateUUID", "session.signIn",
                "session.authenticate", "session.simpleAuthenticate", "session.beginSignIn", "session.pendingSignIn",
                "session.completeSignIn", "session.cancelSignIn", "session.signOut", "session.setIdentity",
                "session.touch", "session.watch",
            ],
            """
            write a method for web pages, in its place, also in this list in \
            Tests/SessionProtocolTests/Values/MethodTests.swift
            """)
        #expect(methods.allSatisfy { ($0.capability ?? .admin) != .admin })
    }

    @Test("capabilities are those of the contract")
    func capabilitiesAreTheContract() {
        let names = [
            "identity.read", "profile.read", "token.read", "session.touch", "signIn.show", "session.write", "admin",
        ]
        #expect(Capability.allCases.map(\.rawValue) == names)
    }
}
