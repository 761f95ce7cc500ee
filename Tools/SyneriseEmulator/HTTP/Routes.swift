// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator

/// What is served where.
struct Routes: Sendable {
    private struct Route {
        var method: String
        var endpoint: Endpoint
    }

    private var routes: [String: Route] = [
        "/sauth/v3/auth/login/client/anonymous": Route(method: "POST", endpoint: .anonymous),
        "/sauth/v3/auth/login/client": Route(method: "POST", endpoint: .signIn),
        "/sauth/v3/auth/login/client/conditional": Route(method: "POST", endpoint: .conditional),
        "/sauth/v3/auth/refresh/client": Route(method: "POST", endpoint: .refresh),
        "/v4/my-account/personal-information": Route(method: "GET", endpoint: .profile),
        "/v4/public.pem": Route(method: "GET", endpoint: .publicKey),
    ]

    /// - Throws: ``OptionError`` for an optional path that is none, or taken.
    init(_ options: EmulatorOptions) throws(OptionError) {
        try add(options.signOutPath, .signOut)
        try add(options.deleteAccountPath, .deleteAccount)
        try add(options.simpleAuthenticationPath, .simpleAuthentication)
    }

    private mutating func add(_ path: String?, _ endpoint: Endpoint) throws(OptionError) {
        guard let path else { return }
        guard path.hasPrefix("/"), !path.hasPrefix(ControlBody.path), routes[path] == nil else {
            throw OptionError(
                "the path of \(endpoint.rawValue), \"\(path)\", has to begin with / and must not be taken")
        }
        routes[path] = Route(method: "POST", endpoint: endpoint)
    }

    /// What is served at a path, whatever the method.
    func endpoint(at path: String) -> Endpoint? { routes[path]?.endpoint }

    func allows(_ method: String, at path: String) -> Bool { routes[path]?.method == method }
}
