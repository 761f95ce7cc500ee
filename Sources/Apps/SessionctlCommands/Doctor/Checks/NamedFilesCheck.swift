// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionConfiguration
import SessiondLinux
import SessiondPrimitives

/// Whether the daemon can read the files that the configuration names, and only it those with secrets.
struct NamedFilesCheck: DoctorCheck {
    static let name = "configuredFiles"

    /// `nil`: there is no configuration that can be used.
    let settings: Settings?
    /// Who the daemon runs as; `nil`: it is not known.
    let account: DaemonAccount?

    func examine() -> DoctorFinding {
        guard let settings else { return .skipped("there is no configuration to go by") }
        let named = settings.authority.kind.namedFiles(settings)
        guard !named.isEmpty else { return .ok("the configuration names none") }
        return DoctorFinding(worstOf: named.flatMap(judge))
    }

    private func judge(_ named: NamedFile) -> [DoctorFinding] {
        let name = "\(named.setting)=\(named.path)"
        do throws(FileFacts.Failure) {
            let file = try FileFacts(named.path)
            let findings = [try closed(named.path, file), untrusted(named, file), open(named, file)].compactMap { $0 }
            return findings.isEmpty ? [.ok("\(name) \(file.description)")] : findings
        } catch {
            if error.isHidden { return [.skipped("\(name): its folder is closed to you", hint: "run this as root")] }
            return [.problem("\(name): \(error.text)", hint: "ls -l \(named.path)")]
        }
    }

    // One that others could have written is refused.
    private func untrusted(_ named: NamedFile, _ file: FileFacts) -> DoctorFinding? {
        guard let stranger = file.stranger(besides: account?.reader ?? .current) else { return nil }
        return .problem(
            "sessiond refuses \(named.setting)=\(named.path): \(stranger.description)",
            hint: "\(stranger.remedy) \(named.path)")
    }

    private func open(_ named: NamedFile, _ file: FileFacts) -> DoctorFinding? {
        guard named.isSecret, file.mode & 0o004 != 0 else { return nil }
        return .warning("everyone can read \(named.setting)=\(named.path)", hint: "chmod o-r \(named.path)")
    }

    // What on the way to the file, or itself, the daemon's user may not read.
    private func closed(_ path: String, _ file: FileFacts) throws(FileFacts.Failure) -> DoctorFinding? {
        guard let account, account != .root else { return nil }
        for folder in path.foldersOnTheWay {
            guard try !FileFacts(folder).grants(1, to: account.user, in: account.groups) else { continue }
            return .problem("\(account.name) may not enter \(folder), where \(path) is", hint: "chmod o+x \(folder)")
        }
        if file.grants(4, to: account.user, in: account.groups) { return nil }
        let group = AccountLabels.group(account.group)
        return .problem(
            "\(account.name) may not read \(path), \(file.description)",
            hint: "chgrp \(group) \(path); chmod 0640 \(path)")
    }
}

extension String {
    /// Of `/a/b/c`: `/`, `/a`, `/a/b`.
    fileprivate var foldersOnTheWay: [String] {
        indices.filter { self[$0] == "/" }.map { $0 == startIndex ? "/" : String(self[..<$0]) }
    }
}
