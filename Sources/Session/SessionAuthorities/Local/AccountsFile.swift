// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import Glibc
import SessionMachine
import SessionProtocol
import SessiondLinux

/// The file that the accounts are in; read anew for every question, on a thread of its own, where hashing may last.
actor AccountsFile {
    /// The longest file that is read.
    static let maximumBytes = 1 << 20

    /// How long after a change an account that is not there is not certainly gone, in seconds: many an editor empties a
    /// file and then writes it.
    static let settlingSeconds: Int64 = 2

    private let path: String
    private let thread = SerialThread(name: "accounts")

    /// The executor: a thread of its own.
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// The file at a path.
    init(path: String) { self.path = path }

    /// The normalised login of the account whose password this is.
    ///
    /// An unknown or locked account costs as much time as a wrong password.
    func login(_ login: String, password: Secret) throws(AuthorityFailure) -> String {
        let accounts = Accounts(try read().bytes)
        let account = accounts[login].flatMap { $0.hash.isLocked ? nil : $0 }
        let fits = try compare(account?.hash ?? accounts.anyHash, password)
        guard let account, fits else {
            throw AuthorityFailure(.rejected, "wrong login or password", hint: hint(about: accounts))
        }
        return account.login
    }

    private func compare(_ hash: PasswordHash, _ password: Secret) throws(AuthorityFailure) -> Bool {
        do throws(PasswordHash.NotComparable) { return try hash.fits(password) } catch {
            throw AuthorityFailure(
                .unavailable,
                "the password cannot be compared: crypt(3): \(String(cString: strerror(error.errorNumber)))",
                hint: "sessiond has no memory left for it, or the account's hash in \(path) is malformed")
        }
    }

    /// The normalised login of the account that a condition is true of.
    ///
    /// - Throws: ``AuthorityFailure``: a rejection only where the account is certainly gone.
    func login(where condition: @Sendable (String) -> Bool) throws(AuthorityFailure) -> String {
        let file = try read()
        let accounts = Accounts(file.bytes)
        if let account = accounts.all.first(where: { condition($0.login) }) { return account.login }
        if let hint = hint(about: accounts) {
            // It may be on one of those lines: a slip of the pen must not end a session.
            throw AuthorityFailure(.unavailable, "the account was not found in \(path)", hint: hint)
        }
        if abs(SystemClock().now().wall.secondsSince1970 - file.modifiedAt) <= AccountsFile.settlingSeconds {
            throw AuthorityFailure(.unavailable, "the account is not in \(path), which is being changed")
        }
        throw AuthorityFailure(.rejected, "the account is no longer in \(path)")
    }

    private func hint(about accounts: Accounts) -> String? {
        let lines = accounts.malformedLines
        guard !lines.isEmpty else { return nil }
        let shown = lines.prefix(5).map { "\($0)" }.joined(separator: ", ") + (lines.count > 5 ? ", …" : "")
        return "\(lines.count) line(s) of \(path) are not \"login:hash\" and were skipped (line \(shown))"
    }

    private func read() throws(AuthorityFailure) -> PlainFile {
        let file: PlainFile
        do throws(PlainFileFailure) {
            file = try PlainFile(path: path, maximumBytes: AccountsFile.maximumBytes)
        } catch {
            throw AuthorityFailure(
                .unavailable, "the accounts file \(path) cannot be read: \(error)",
                hint: "[Local] AccountsFile= must name a file that the daemon may read: sessionctl doctor, as root, "
                    + "says what to do")
        }
        if let stranger = file.stranger {
            throw AuthorityFailure(
                .unavailable, "the accounts file \(path) is not trusted: \(stranger.description)",
                hint: "only root and the daemon's user may be able to write it: \(stranger.remedy) \(path)")
        }
        return file
    }
}
