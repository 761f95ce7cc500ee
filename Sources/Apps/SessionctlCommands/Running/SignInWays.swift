// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol

/// The ways in which a customer can be signed in, for who has named none.
struct SignInWays {
    /// The daemon's authority; `nil`: it does not say.
    private let authority: AuthorityKind?

    // How long the daemon is asked.
    private static let patience = Duration.seconds(2)

    // Each by what is typed for it.
    private static let ways: [(method: Method, way: String)] = [
        (.signIn, "sessionctl sign-in --email or --custom-id, with a password"),
        (.beginSignIn, "sessionctl sign-in --device or --browser, at the provider"),
        (.authenticate, "sessionctl authenticate, with the token of an identity provider"),
        (.authenticateWithToken, "sessionctl authenticate-with-token, with a token of the authority's"),
        (.simpleAuthenticate, "sessionctl simple-authenticate, without a password"),
    ]

    /// Those of the daemon's authority.
    init(_ settings: CallSettings) {
        var settings = settings
        settings.timeout = settings.timeout ?? SignInWays.patience
        let kind = (try? settings.ask(GetStatus()))?.authority.kind
        authority = kind.flatMap(SettingSchema.known.kind)
    }

    /// Those of an authority.
    init(of authority: AuthorityKind?) { self.authority = authority }

    /// The error that names them.
    var failure: CommandFailure {
        let ways = SignInWays.ways.filter { authority?.signIns.contains($0.method) ?? true }.map(\.way)
        let place = authority.map { "at the \($0.name) authority" } ?? "as the authority allows it"
        return CommandFailure(
            .usage, name: "usage", "say how the customer signs in",
            hint: "\(place): \(ways.joined(separator: "; ")); see sessionctl sign-in --help")
    }
}
