// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionConfiguration
import SystemAccounts

/// Whether the daemon can read the files that the configuration names, and only it those with secrets.
struct NamedFilesCheck: DoctorCheck {
    static let name = "configuredFiles"

    /// A file that a setting names.
    private struct Named {
        let setting: String
        let path: String
        let isSecret: Bool
    }

    /// `nil`: there is no configuration that can be used.
    let settings: Settings?
    /// The daemon's user; `nil`: it is not known.
    let daemonUser: uid_t?

    func examine() -> DoctorFinding {
        guard let settings else { return .skipped("there is no configuration to go by") }
        let named = files(in: settings)
        guard !named.isEmpty else { return .ok("the configuration names none") }
        return DoctorFinding(worstOf: named.flatMap(judge))
    }

    private func files(in settings: Settings) -> [Named] {
        let files: [(setting: String, path: String?, isSecret: Bool)] =
            switch settings.authority.kind {
            case .local: [("AccountsFile", settings.local.accountsFile, true)]
            case .synerise:
                [("APIKeyFile", settings.synerise.apiKeyFile, true), ("CAFile", settings.synerise.caFile, false)]
            }
        return files.compactMap { file in
            file.path.map { Named(setting: file.setting, path: $0, isSecret: file.isSecret) }
        }
    }

    private func judge(_ named: Named) -> [DoctorFinding] {
        let name = "\(named.setting)=\(named.path)"
        do throws(FileFacts.Failure) {
            let file = try FileFacts(named.path)
            var findings: [DoctorFinding] = []
            if named.isSecret, file.mode & 0o004 != 0 {
                findings.append(.warning("\(name) is readable by everybody", hint: "chmod o= \(named.path)"))
            }
            if let closed = try closed(named.path, file) { findings.append(closed) }
            return findings.isEmpty ? [.ok("\(name) \(file.description)")] : findings
        } catch {
            if error.isHidden { return [.skipped("\(name): its folder is closed to you", hint: "run this as root")] }
            return [.problem("\(name): \(error.text)", hint: "ls -l \(named.path)")]
        }
    }

    // What on the way to the file, or itself, the daemon's user may not read.
    private func closed(_ path: String, _ file: FileFacts) throws(FileFacts.Failure) -> DoctorFinding? {
        guard let user = daemonUser, user != 0 else { return nil }
        let name = AccountDatabase.name(ofUser: user)
        let groups = AccountDatabase.groups(ofUser: name)
        for folder in path.foldersOnTheWay {
            guard try !FileFacts(folder).grants(1, to: user, in: groups) else { continue }
            return .problem("\(name) may not enter \(folder), where \(path) is", hint: "chmod o+x \(folder)")
        }
        if file.grants(4, to: user, in: groups) { return nil }
        let group = groups.min().map(AccountDatabase.name(ofGroup:)) ?? name
        return .problem(
            "\(name) may not read \(path), \(file.description)", hint: "chgrp \(group) \(path); chmod 0640 \(path)")
    }
}

extension String {
    /// Of `/a/b/c`: `/`, `/a`, `/a/b`.
    fileprivate var foldersOnTheWay: [String] {
        indices.filter { self[$0] == "/" }.map { $0 == startIndex ? "/" : String(self[..<$0]) }
    }
}
