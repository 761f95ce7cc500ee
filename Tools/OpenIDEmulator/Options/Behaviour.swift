// SPDX-License-Identifier: Apache-2.0

package import AuthorityEmulator
import SessionProtocol

/// What providers do differently, by name; all of it can be changed while the emulator runs.
package struct Behaviour: Sendable {
    /// What access tokens are.
    enum TokenForm: String, CaseIterable {
        case opaque, jwt
    }

    /// For whom there are refresh tokens.
    enum RefreshTokens: String, CaseIterable {
        /// Where the scope has `offline_access`.
        case offline
        case always
        /// Even where the scope has it, and is granted.
        case never
    }

    var accessTokenSeconds: Int64 = 300
    /// 0: a refresh token lives until it is revoked.
    var refreshTokenSeconds: Int64 = 0
    var deviceCodeSeconds: Int64 = 600
    var intervalSeconds: Int64 = 5
    /// For so long a replaced refresh token is answered once more.
    var graceSeconds: Int64 = 0
    /// Whether answers have `refresh_expires_in`; Keycloak says 0 for one without an end.
    var statesRefreshEnd = false
    /// Whether who polls too early is told so.
    var slowsDown = true
    /// Whether a refresh replaces the refresh token.
    var rotates = true
    /// Whether a refresh token that is used twice ends the grant.
    var reuseEndsGrant = true
    /// Whether the answer to a refresh has a refresh token.
    var refreshAnswersToken = true
    var deviceIDToken = true
    var refreshIDToken = true
    /// Whether a device code is answered with tokens as often as it comes.
    var redeemsTwice = false
    /// Whether authorization responses name the issuer, RFC 9207.
    var namesIssuer = true
    /// Whether there is a `verification_uri_complete`.
    var completesURI = true
    /// Whether a client without a secret may revoke its tokens.
    var publicMayRevoke = true
    /// Whether a device has to send a PKCE challenge, as Keycloak can be told to want.
    var devicePKCE = false
    /// Whether a device has to repeat its scope with each poll.
    var pollScope = false
    private var accessTokens = TokenForm.opaque.rawValue
    private var refreshTokens = RefreshTokens.offline.rawValue
    /// What it says that it is; empty: where it is served.
    private(set) var issuer = ""

    var accessTokenForm: TokenForm { TokenForm(rawValue: accessTokens) ?? .opaque }
    var refreshTokensFor: RefreshTokens { RefreshTokens(rawValue: refreshTokens) ?? .offline }

    /// The defaults.
    package init() {}
}

extension Behaviour {
    private enum Option {
        case number(any WritableKeyPath<Behaviour, Int64> & Sendable, atLeast: Int64)
        case flag(any WritableKeyPath<Behaviour, Bool> & Sendable)
        case word(any WritableKeyPath<Behaviour, String> & Sendable, oneOf: [String])
    }

    private static let options: [(name: String, option: Option)] = [
        ("accessTokenSeconds", .number(\.accessTokenSeconds, atLeast: 1)),
        ("refreshTokenSeconds", .number(\.refreshTokenSeconds, atLeast: 0)),
        ("deviceCodeSeconds", .number(\.deviceCodeSeconds, atLeast: 1)),
        ("intervalSeconds", .number(\.intervalSeconds, atLeast: 1)),
        ("graceSeconds", .number(\.graceSeconds, atLeast: 0)),
        ("statesRefreshEnd", .flag(\.statesRefreshEnd)),
        ("slowsDown", .flag(\.slowsDown)),
        ("rotates", .flag(\.rotates)),
        ("reuseEndsGrant", .flag(\.reuseEndsGrant)),
        ("refreshAnswersToken", .flag(\.refreshAnswersToken)),
        ("deviceIDToken", .flag(\.deviceIDToken)),
        ("refreshIDToken", .flag(\.refreshIDToken)),
        ("redeemsTwice", .flag(\.redeemsTwice)),
        ("namesIssuer", .flag(\.namesIssuer)),
        ("completesURI", .flag(\.completesURI)),
        ("publicMayRevoke", .flag(\.publicMayRevoke)),
        ("devicePKCE", .flag(\.devicePKCE)),
        ("pollScope", .flag(\.pollScope)),
        ("accessTokens", .word(\.accessTokens, oneOf: TokenForm.allCases.map(\.rawValue))),
        ("refreshTokens", .word(\.refreshTokens, oneOf: RefreshTokens.allCases.map(\.rawValue))),
        ("issuer", .word(\.issuer, oneOf: [])),
    ]

    /// The names of all of them.
    package static var names: [String] { options.map(\.name) }

    /// Reads `NAME=VALUE`.
    package mutating func read(_ text: String) throws(OptionError) {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2 else { throw OptionError("\"\(text)\": an option is NAME=VALUE") }
        try set(sides[0], (try? JSONValue(parsing: Array(sides[1].utf8))) ?? .string(sides[1]))
    }

    /// - Throws: ``OptionError`` for a name that there is not, or a value of another form.
    mutating func set(_ name: String, _ value: JSONValue) throws(OptionError) {
        switch Behaviour.options.first(where: { $0.name == name })?.option {
        case .number(let path, let minimum):
            guard let number = value.integer, (minimum...spanSeconds.upperBound).contains(number) else {
                throw OptionError("\(name) is a whole number of at least \(minimum)")
            }
            self[keyPath: path] = number
        case .flag(let path):
            guard let flag = value.bool else { throw OptionError("\(name) is true or false") }
            self[keyPath: path] = flag
        case .word(let path, let words):
            guard let word = value.string, words.isEmpty || words.contains(word) else {
                throw OptionError("\(name) is \(words.isEmpty ? "a string" : words.joined(separator: ", or "))")
            }
            self[keyPath: path] = word
        case nil:
            throw OptionError("\"\(name)\" is not one of \(Behaviour.names.joined(separator: ", "))")
        }
    }

    /// All of them with their values.
    var json: [JSONMember] {
        Behaviour.options.map { name, option in
            switch option {
            case .number(let path, _): JSONMember(name, .number(JSONNumber(self[keyPath: path])))
            case .flag(let path): JSONMember(name, .bool(self[keyPath: path]))
            case .word(let path, _): JSONMember(name, .string(self[keyPath: path]))
            }
        }
    }
}
