// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension Method {
    /// What is typed to call the method; `nil`: no verb does.
    var commandLine: String? {
        switch self {
        case .getUUID: "sessionctl uuid"
        case .getUUIDForAuthentication: "sessionctl uuid --for-auth-id"
        case .status: "sessionctl status"
        case .retrieveToken: "sessionctl token"
        case .refreshToken: "sessionctl refresh"
        case .regenerateUUID: "sessionctl regenerate"
        case .destroy: "sessionctl destroy"
        case .signIn: "sessionctl sign-in"
        case .authenticate: "sessionctl authenticate"
        case .authenticateWithToken: "sessionctl authenticate-with-token"
        case .simpleAuthenticate: "sessionctl simple-authenticate"
        case .beginSignIn, .completeSignIn: "sessionctl sign-in --device or --browser"
        case .pendingSignIn: "sessionctl sign-in --show"
        case .cancelSignIn: "sessionctl sign-in --cancel"
        case .signOut: "sessionctl sign-out"
        case .deleteAccount: "sessionctl delete-account"
        case .setIdentity: "sessionctl identity set"
        case .profile: "sessionctl profile"
        case .touch: "sessionctl touch"
        case .watch: "sessionctl watch"
        case .changeAPIKey: "sessionctl api-key change"
        case .info: "sessionctl info"
        case .health: "sessionctl health"
        case .metrics: "sessionctl metrics"
        case .setLogLevel: "sessionctl log-level"
        case .reload: "sessionctl reload"
        case .hello, .origins, .discover: nil
        }
    }
}

extension String {
    /// What the daemon advises apps to do, for people: the names of methods are the verbs that call them, but for one
    /// that is a capability's, too, and may stand in a list of those.
    var withVerbs: String {
        split(separator: " ", omittingEmptySubsequences: false).map { word in
            let name = word.prefix { $0.isLetter || $0 == "." }
            guard Capability(rawValue: String(name)) == nil, let line = Method(rawValue: String(name))?.commandLine
            else { return String(word) }
            return line + word.dropFirst(name.count)
        }.joined(separator: " ")
    }
}

extension HealthAnswer.Problem {
    /// The problem as one line.
    var text: String { "\(name): \(hint.withVerbs)" }
}
