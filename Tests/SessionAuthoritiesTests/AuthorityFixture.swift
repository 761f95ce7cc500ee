// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import Foundation
import SessionAuthorities
import SessionMachine
import SessionProtocol

/// A clock that stands still.
struct StoppedClock: SessionClock {
    var secondsSince1970: Int64 = 1_795_410_123

    func now() -> Moment { Moment(boottime: .seconds(100), wall: Timestamp(secondsSince1970: secondsSince1970)) }
    func sleep(until boottime: Duration) async throws {}
}

/// A device with a key, and a folder of its own for its accounts.
final class AuthorityFixture {
    static let uuid = CustomerUUID(bytes: Array(1...16), version: 4)
    static let otherUUID = CustomerUUID(bytes: Array(2...17), version: 4)
    static let now: Int64 = 1_795_410_123
    static let password = "Hello world!"
    /// Hashes of ``password``: that of `$6$` and `$5$` as `openssl passwd` makes it, that of `$y$` as crypt(3) does.
    static let hashes = [
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
        "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
        "$y$j75$F5Jx5fExrKuPp53xLKQ..1$f2itnMrRpK.7/qouLjCA8FmdTxLajBjBbFKcf7iQD2B",
    ]
    static let quickHash = hashes[2]

    let folder: URL
    var accountsPath: String { folder.appending(path: "accounts").path }
    private let key = LocalAuthority(signingKey: nil, tokenLifetime: .seconds(1), accountsFile: nil).signingKey

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "authority-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The device's authority, so many seconds after it was made.
    func authority(after seconds: Int64 = 0, accounts: String? = nil) throws -> LocalAuthority {
        if let accounts { try write(accounts: accounts) }
        return LocalAuthority(
            signingKey: key, tokenLifetime: .seconds(3600), accountsFile: accountsPath,
            clock: StoppedClock(secondsSince1970: AuthorityFixture.now + seconds))
    }

    func authorityWithoutAccounts() -> LocalAuthority {
        LocalAuthority(signingKey: key, tokenLifetime: .seconds(3600), accountsFile: nil, clock: StoppedClock())
    }

    /// Writes the accounts, as of so many seconds ago.
    func write(accounts: String, age: TimeInterval = 3600) throws {
        try Data(accounts.utf8).write(to: URL(filePath: accountsPath))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: accountsPath)
    }
}

extension LocalAuthority {
    /// Signs in with a password, for ``AuthorityFixture/uuid``.
    func signIn(_ account: AccountName, password: String) async throws(AuthorityFailure) -> IssuedToken {
        try await issued(.password(SignIn(account: account, password: Secret(password))))
    }

    /// The token of an authentication for ``AuthorityFixture/uuid``.
    func issued(_ credentials: AuthenticationAttempt.Credentials) async throws(AuthorityFailure) -> IssuedToken {
        let attempt = AuthenticationAttempt(id: 1, credentials: credentials, uuid: AuthorityFixture.uuid)
        guard case .token(let issued) = try await authenticate(attempt) else {
            throw AuthorityFailure(.unavailable, "a condition instead of a token")
        }
        return issued
    }
}

extension IssuedToken {
    /// The token as a session holds it.
    func held(by uuid: CustomerUUID = AuthorityFixture.uuid) -> Token { Token(self, uuid: uuid, askedAt: .zero) }

    /// One of the three parts of a JSON Web Token, decoded by Foundation.
    func part(_ index: Int) -> Data? {
        let parts = secret.reveal().split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 ? Data(base64URL: String(parts[index])) : nil
    }

    /// The claims.
    func claims() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: part(1) ?? Data()) as? [String: Any] ?? [:]
    }
}

extension Data {
    /// The bytes of a base64url text, read by Foundation.
    init?(base64URL text: String) {
        guard !text.contains("=") else { return nil }
        let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        self.init(base64Encoded: standard + String(repeating: "=", count: (4 - standard.count % 4) % 4))
    }
}
