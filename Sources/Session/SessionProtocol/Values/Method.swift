// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The methods of protocol version 1, each once: server, client and command line take the name from here.
public enum Method: String, Sendable, CaseIterable, Hashable {
    /// See ``GetUUID``.
    case getUUID = "session.getUUID"
    /// See ``GetUUIDForAuthentication``.
    case getUUIDForAuthentication = "session.getUUIDForAuthentication"
    /// See ``GetStatus``.
    case status = "session.status"
    /// See ``RetrieveToken``.
    case retrieveToken = "session.retrieveToken"
    /// See ``RefreshToken``.
    case refreshToken = "session.refreshToken"
    /// See ``RegenerateUUID``.
    case regenerateUUID = "session.regenerateUUID"
    /// See ``Destroy``.
    case destroy = "session.destroy"
    /// See ``SignIn``.
    case signIn = "session.signIn"
    /// See ``Authenticate``.
    case authenticate = "session.authenticate"
    /// See ``AuthenticateWithToken``.
    case authenticateWithToken = "session.authenticateWithToken"
    /// See ``SimpleAuthenticate``.
    case simpleAuthenticate = "session.simpleAuthenticate"
    /// See ``BeginSignIn``.
    case beginSignIn = "session.beginSignIn"
    /// See ``GetPendingSignIn``.
    case pendingSignIn = "session.pendingSignIn"
    /// See ``CompleteSignIn``.
    case completeSignIn = "session.completeSignIn"
    /// See ``CancelSignIn``.
    case cancelSignIn = "session.cancelSignIn"
    /// See ``SignOut``.
    case signOut = "session.signOut"
    /// Deletes the customer's account at the authority.
    case deleteAccount = "session.deleteAccount"
    /// See ``SetIdentity``.
    case setIdentity = "session.setIdentity"
    /// Gives the customer's own profile.
    case profile = "session.profile"
    /// See ``Touch``.
    case touch = "session.touch"
    /// Follows the session.
    case watch = "session.watch"
    /// Changes the authority's API key.
    case changeAPIKey = "authority.changeAPIKey"
    /// See ``Hello``.
    case hello = "daemon.hello"
    /// See ``GetInfo``.
    case info = "daemon.info"
    /// See ``GetHealth``.
    case health = "daemon.health"
    /// See ``GetMetrics``.
    case metrics = "daemon.metrics"
    /// See ``SetLogLevel``.
    case setLogLevel = "daemon.setLogLevel"
    /// See ``Reload``.
    case reload = "daemon.reload"
    /// See ``GetOrigins``.
    case origins = "daemon.origins"
    /// See ``Discover``.
    case discover = "rpc.discover"
}

extension Method {
    /// What a caller needs; `nil` where being able to connect is enough.
    public var capability: Capability? {
        switch self {
        case .getUUID, .getUUIDForAuthentication, .status, .watch: .identityRead
        case .retrieveToken, .refreshToken: .tokenRead
        case .profile: .profileRead
        case .touch: .sessionTouch
        case .regenerateUUID, .destroy, .signIn, .authenticate, .authenticateWithToken, .simpleAuthenticate,
            .beginSignIn,
            .completeSignIn, .cancelSignIn, .signOut, .deleteAccount, .setIdentity:
            .sessionWrite
        case .pendingSignIn: .signInShow
        case .changeAPIKey, .metrics, .setLogLevel, .reload: .admin
        case .hello, .info, .health, .origins, .discover: nil
        }
    }

    /// Whether it is for web pages: what a connection may call that speaks for some, and nothing else.
    package var isForPages: Bool {
        switch self {
        case .status, .watch, .retrieveToken, .touch, .signIn, .authenticate, .simpleAuthenticate, .beginSignIn,
            .pendingSignIn, .completeSignIn, .cancelSignIn, .signOut, .regenerateUUID, .setIdentity:
            true
        case .getUUID, .getUUIDForAuthentication, .refreshToken, .profile, .destroy, .authenticateWithToken,
            .deleteAccount, .changeAPIKey, .hello, .info, .health, .metrics, .setLogLevel, .reload, .origins, .discover:
            false
        }
    }

    /// Whether the method may change the session.
    public var isMutation: Bool { capability == .sessionWrite || self == .changeAPIKey || self == .reload }

    /// Whether the method asks the authority who somebody is: one runs at a time, and its end is decided together
    /// with its effect.
    public var isAuthentication: Bool {
        switch self {
        case .signIn, .authenticate, .authenticateWithToken, .simpleAuthenticate, .deleteAccount: true
        default: false
        }
    }

    // Names by their length: a name is found with one or two comparisons, without making a String of it.
    private static let byLength: [[(name: [UInt8], method: Method)]] = {
        let longest = allCases.map(\.rawValue.utf8.count).max() ?? 0
        var table = Array(repeating: [(name: [UInt8], method: Method)](), count: longest + 1)
        for method in allCases { table[method.rawValue.utf8.count].append((Array(method.rawValue.utf8), method)) }
        return table
    }()

    static func named(_ token: JSONStringToken, in text: Span<UInt8>) -> Method? {
        if token.hasEscapes { return named(token.string(in: text)) }
        guard token.range.count < byLength.count else { return nil }
        return text.extracting(token.range).withUnsafeBytes { name -> Method? in
            guard let start = name.baseAddress else { return nil }
            return byLength[name.count].first { memcmp($0.name, start, name.count) == 0 }?.method
        }
    }
}
