// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension AuthorityKind {
    /// The embedded authority: it needs no network and no account.
    package static let local = AuthorityKind(
        name: "local", meaning: "the embedded authority, without network and account", section: .local,
        keys: SettingKey.local,
        signIns: [.signIn, .simpleAuthenticate, .authenticateWithToken],
        namedFiles: { settings in
            [
                NamedFile(
                    setting: "AccountsFile", path: settings.local.accountsFile, isSecret: true,
                    fault: faultInAccounts)
            ]
        })

    /// Lines that cannot be an account: `login:hash`, where a hash of crypt(5) begins with `$`, or as that of a locked
    /// account. Which methods there are is for the daemon to say.
    private static func faultInAccounts(_ content: [UInt8]) -> String? {
        let lines = content.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false)
        let wrong = lines.indices.filter { !isAccountOrNothing(ASCII.trimmed(lines[$0])) }.map { "\($0 + 1)" }
        guard !wrong.isEmpty else { return nil }
        let shown = wrong.prefix(5).joined(separator: ", ") + (wrong.count > 5 ? ", …" : "")
        return "is not \"login:hash\" with a hash of crypt(5) on line \(shown)"
    }

    private static func isAccountOrNothing(_ line: ArraySlice<UInt8>) -> Bool {
        guard let first = line.first, first != UInt8(ascii: "#") else { return true }
        guard let colon = line.lastIndex(of: UInt8(ascii: ":")), colon > line.startIndex else { return false }
        return ASCII.trimmed(line[(colon + 1)...]).first.map { "$!*_".utf8.contains($0) } ?? false
    }
}

extension SettingSection {
    static let local = SettingSection(rawValue: "Local")
}
