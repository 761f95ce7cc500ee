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
    /// What it does not see.
    let sandbox: Sandbox

    func examine() -> DoctorFinding {
        guard let settings else { return .skipped("there is no configuration to go by") }
        let named = settings.authority.kind.namedFiles(settings)
        guard !named.isEmpty else { return .ok("the configuration names none") }
        return DoctorFinding(worstOf: named.flatMap(judge))
    }

    /// What there is to say of a file.
    func judge(_ named: NamedFile) -> [DoctorFinding] {
        let name = "\(named.setting)=\(named.path)"
        do throws(FileFacts.Failure) {
            let file = try FileFacts(named.path)
            // What the daemon does not see, it need not be able to read.
            if let hidden = hidden(named) { return [hidden] }
            let found = [try closed(named, file), untrusted(named, file), open(named, file), fault(named)]
                .compactMap { $0 }
            // Why the daemon may not read it says more than that the caller may not.
            let telling = found.filter { $0.result != .skipped }
            return telling.isEmpty ? [.ok("\(name) \(file.description)")] + found : telling
        } catch {
            if error.isHidden {
                return [hidden(named) ?? .skipped("\(name): its folder is closed to you", hint: "run this as root")]
            }
            return [.problem("\(name): \(error.text)", hint: missing(named))]
        }
    }

    private func missing(_ named: NamedFile) -> String {
        let mode = named.isSecret ? "0640, of the group \(group)" : "0644"
        return "make it, with mode \(mode), or correct \(named.setting)="
    }

    // A file that the unit hides is as good as none, whatever its mode.
    private func hidden(_ named: NamedFile) -> DoctorFinding? {
        guard let blind = sandbox.blind(over: named.path) else { return nil }
        return .problem(
            "sessiond does not see \(named.setting)=\(named.path): its unit hides "
                + "\(blind.folders.joined(separator: ", ")) from it (\(blind.setting))", hint: copy(named))
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

    // What it holds, where that is for the caller to read.
    private func fault(_ named: NamedFile) -> DoctorFinding? {
        let fault: String?
        do throws(PlainFileFailure) {
            fault = named.fault(
                try PlainFile(path: named.path, maximumBytes: ConfigurationLimits.maximumFileBytes).bytes)
        } catch .system(errorNumber: EACCES) {
            return .skipped(
                "what \(named.setting)=\(named.path) holds is not for you to read", hint: "run this as root")
        } catch .system {
            fault = nil
        } catch { fault = "is \(error)" }
        return fault.map {
            .problem("\(named.setting)=\(named.path) \($0)", hint: "see \(named.setting)= in sessiond.conf(5)")
        }
    }

    // What on the way to the file, or itself, the daemon's user may not read.
    private func closed(_ named: NamedFile, _ file: FileFacts) throws(FileFacts.Failure) -> DoctorFinding? {
        guard let account, account != .root else { return nil }
        let path = named.path
        for folder in path.foldersOnTheWay {
            guard try !FileFacts(folder).grants(1, to: account.user, in: account.groups) else { continue }
            // A folder that is somebody's own, or closed for another reason, stays closed: the file goes elsewhere.
            return .problem(
                "\(account.name) may not enter \(folder), where \(path) is", hint: wayThrough(folder, named))
        }
        if file.grants(4, to: account.user, in: account.groups) { return nil }
        let mode = named.isSecret ? "0640" : "0644"
        return .problem(
            "\(account.name) may not read \(path), \(file.description)",
            hint: "chgrp \(group) \(path); chmod \(mode) \(path)")
    }

    private func wayThrough(_ folder: String, _ named: NamedFile) -> String {
        guard folder == NamedFilesCheck.ownFolder else { return copy(named) }
        return "chgrp \(group) \(folder); chmod 0750 \(folder)"
    }

    /// Where the daemon's files belong.
    private static let ownFolder = "/etc/sessiond"

    // A copy where the daemon sees it, in place of opening what is closed.
    private func copy(_ named: NamedFile) -> String {
        let name = named.path.split(separator: "/").last.map(String.init) ?? named.path
        let place = "\(NamedFilesCheck.ownFolder)/\(name)"
        let access = named.isSecret ? "-m 0640 -g \(group)" : "-m 0644"
        return "install -D \(access) \(named.path) \(place); then \(named.setting)=\(place)"
    }

    private var group: String { account.map { AccountLabels.group($0.group) } ?? "sessiond-daemon" }
}
