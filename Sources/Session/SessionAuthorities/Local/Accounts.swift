// SPDX-License-Identifier: Apache-2.0

import SessionMachine

/// The accounts of a file: one `login:hash` a line.
///
/// Blank lines and lines that begin with `#` are skipped. The last colon separates, since a hash of crypt(5) has none.
/// Of two lines with the same login the first counts. A byte order mark at the start, as some editors write it, belongs
/// to no login.
struct Accounts: Sendable, Equatable {
    /// An account.
    struct Account: Sendable, Equatable {
        /// The login, normalised.
        var login: String
        var hash: PasswordHash
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private(set) var all: [Account] = []
    /// The numbers of the lines, from 1, that are no account and were skipped.
    private(set) var malformedLines: [Int] = []

    /// Reads the text of a file.
    init(_ bytes: [UInt8]) {
        let text =
            bytes.starts(with: Accounts.byteOrderMark) ? bytes.dropFirst(Accounts.byteOrderMark.count) : bytes[...]
        for (index, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard let text = String(validating: line, as: UTF8.self).map(Identifier.trimmed) else {
                malformedLines.append(index + 1)
                continue
            }
            if text.isEmpty || text.hasPrefix("#") { continue }
            if let account = Account(line: text) {
                all.append(account)
            } else {
                malformedLines.append(index + 1)
            }
        }
    }

    /// The account of a login, normalised or not.
    subscript(login: String) -> Account? {
        all.first { Identifier.isSame($0.login, login) }
    }

    /// A hash that costs as much to compare with as that of an account here: what an unknown login is compared with.
    var anyHash: PasswordHash { all.first { !$0.hash.isLocked }?.hash ?? .none }
}

extension Accounts.Account {
    fileprivate init?(line: String) {
        guard let colon = line.lastIndex(of: ":") else { return nil }
        let login = Identifier.normalised(String(line[..<colon]))
        let hash = Identifier.trimmed(String(line[line.index(after: colon)...]))
        guard !login.isEmpty, !hash.isEmpty, let hash = PasswordHash(hash) else { return nil }
        (self.login, self.hash) = (login, hash)
    }
}
