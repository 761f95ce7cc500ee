// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import Glibc
import SessionProtocol

@testable import SessionAuthorities
@testable import SessionConfiguration
@testable import SessionMachine

// A third kind of authority, as its two folders would have it. `Kind=none`: its tokens are the word that a file holds.

extension Settings {
    struct MadeUp: AuthoritySection {
        var wordFile: String?
    }

    var madeUp: MadeUp {
        get { authorities[MadeUp.self] }
        set { authorities[MadeUp.self] = newValue }
    }
}

extension AuthorityKind {
    static let madeUp = AuthorityKind(
        name: "none", meaning: "a word that everybody gets", section: SettingSection(rawValue: "None"),
        keys: [
            SettingKey(
                SettingSection(rawValue: "None"), "WordFile", optional: \.madeUp.wordFile, .absolutePath,
                "Where the word is.")
        ],
        signIns: [],
        required: [RequiredSetting(name: "WordFile", example: "WordFile=/PATH")],
        namedFiles: { [NamedFile(setting: "WordFile", path: $0.madeUp.wordFile, isSecret: false)] })
}

/// Makes such an authority.
struct MadeUpFactory: AuthorityFactory {
    var kind: AuthorityKind { .madeUp }

    func choose(_ settings: Settings, _ surroundings: AuthoritySurroundings) throws(SessionError) -> AuthorityChoice {
        guard let path = settings.madeUp.wordFile, let word = MadeUpFactory.word(path) else {
            throw .unusable("[None] WordFile= cannot be read")
        }
        return AuthorityChoice(kind: kind, contents: ["None.WordFile": Secret(word)]) { _, clock in
            MadeUpAuthority(word: word, clock: clock)
        }
    }

    private static func word(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 64)
        return String(decoding: buffer[..<fread(&buffer, 1, buffer.count, file)], as: UTF8.self)
    }
}

/// Gives everybody the same word.
struct MadeUpAuthority: Authority {
    let word: String
    let clock: any SessionClock

    var traits: AuthorityTraits {
        AuthorityTraits(
            binding: Binding(kind: "none"), renewsExpiredTokens: true, provesTime: false, mayReplaceUnheard: false,
            isPaced: false, signOuts: .cannotBeTold, keyIsReplaceable: false, deletesAccounts: false,
            hasProfiles: false)
    }
    var publicKey: JSONValue? { nil }
    var signingKey: Secret? { nil }

    func logInAnonymously(uuid: CustomerUUID) async throws(AuthorityFailure) -> IssuedToken { token(.anonymous) }

    func refresh(_ token: Token) async throws(AuthorityFailure) -> IssuedToken { self.token(token.issued.origin) }

    func authenticate(_ attempt: AuthenticationAttempt) async throws(AuthorityFailure) -> AuthenticationDecision {
        throw AuthorityFailure(.unsupported, "nobody signs in")
    }

    private func token(_ origin: TokenOrigin) -> IssuedToken {
        let now = clock.now().wall
        return IssuedToken(
            secret: Secret(word), origin: origin,
            expiresAt: Timestamp(secondsSince1970: now.secondsSince1970 + 3_600), lifetime: .seconds(3_600))
    }
}
