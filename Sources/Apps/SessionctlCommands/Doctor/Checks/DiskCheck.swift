// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionProtocol
import SessiondLinux

/// Whether the session can be stored, and only the daemon can read it.
struct DiskCheck: DoctorCheck {
    static let name = "disk"
    /// With less than this the rest of the machine is about to fail, if not yet the daemon, whose files are made.
    static let fewBytes: UInt64 = 16 << 20

    /// Where the daemon stores; `nil`: nobody has said.
    let folder: String?
    let daemon: DaemonFacts
    /// Who the daemon runs as; `nil`: it is not known.
    let account: DaemonAccount?
    let remedies: Remedies
    /// What the disk is divided into.
    var partitions = Partitions.current()

    func examine() -> DoctorFinding {
        let unknown = DoctorFinding.skipped(
            "it is not known where sessiond stores", hint: "add --state-directory FOLDER")
        guard let folder else { return store ?? unknown }
        do throws(FileFacts.Failure) {
            let facts = try FileFacts(folder)
            guard facts.isFolder else { return .problem("\(folder) is not a folder", hint: "ls -l \(folder)") }
            let place = [permissions(of: folder, facts), space(of: folder), image(of: folder)].compactMap { $0 }
            let isWell = place.allSatisfy { $0.result < .problem }
            let all = [isWell ? storeThatFails(inSpiteOf: folder) : store, setAside(in: folder)].compactMap { $0 }
            return DoctorFinding(worstOf: all + place)
        } catch {
            guard error.isMissing else { return .skipped("\(folder): \(error.text)", hint: "run this as root") }
            return store ?? (daemon.answers ? unknown : .ok("\(folder) is made at the first start"))
        }
    }

    private var store: DoctorFinding? {
        guard (try? daemon.status.get())?.store.state == .failing else { return nil }
        return .problem("the session cannot be stored", hint: remedies.journal)
    }

    // A service has mounts of its own, which a mount(8) outside leaves as they are.
    private func storeThatFails(inSpiteOf folder: String) -> DoctorFinding? {
        guard store != nil else { return nil }
        return .problem(
            "the session cannot be stored, though nothing is wrong with \(folder) by now",
            hint: """
                \(remedies.journal); it is tried again by itself, and where that does not help, as after a remount: \
                \(remedies.restart)
                """)
    }

    private func permissions(of folder: String, _ facts: FileFacts) -> DoctorFinding? {
        if let account, facts.user != account.user, account != .root {
            return .problem(
                "\(folder), \(facts.description), is not \(account.name)'s, who has to write there",
                hint: "chown -R \(account.name) \(folder)")
        }
        guard facts.mode & 0o077 != 0 else { return nil }
        return .problem("\(folder), \(facts.description), is open to others", hint: "chmod 0700 \(folder)")
    }

    // What the daemon could not read and put aside; only who may list the folder sees it.
    private func setAside(in folder: String) -> DoctorFinding? {
        let names = FolderListing.sortedNames(in: folder)
            .filter { $0.hasSuffix(".damaged") || $0.hasSuffix(".damaged.last") }
        guard let first = names.first else { return nil }
        return .warning(
            "an earlier session was set aside: \(folder)/\(first)\(names.count > 1 ? " and others" : "")",
            hint: "\(remedies.journal); when it is no longer needed: rm \(folder)/*.damaged*")
    }

    // Whoever goes back to the other image has the session of then: its refresh token has been replaced, and a provider that
    // sees it again ends the grant.
    private func image(of folder: String) -> DoctorFinding? {
        var facts = stat()
        guard stat(folder, &facts) == 0, let twins = partitions.twins(on: facts.st_dev) else { return nil }
        return .warning(
            "\(folder) is on the system image \(twins.own), and \(twins.other) does not have what changes there",
            hint: "have \(folder) on a partition that both share: man sessiond-openid")
    }

    private func space(of folder: String) -> DoctorFinding {
        var system = statvfs()
        guard statvfs(folder, &system) == 0 else {
            return .skipped("\(folder): \(String(cString: strerror(errno)))", hint: "run this as root")
        }
        if system.f_flag & UInt(ST_RDONLY) != 0 {
            return .problem("the file system of \(folder) is read-only", hint: "dmesg | tail; findmnt -T \(folder)")
        }
        let free = UInt64(system.f_bavail) * UInt64(system.f_frsize)
        // Some file systems have no fixed number of files, and say 0.
        if system.f_files > 0, system.f_favail == 0 {
            return .problem("no more files can be made in \(folder)", hint: "df -i \(folder)")
        }
        let hint = "df -h \(folder); journalctl --vacuum-size=100M"
        if free == 0 { return .problem("the disk of \(folder) is full", hint: hint) }
        if free < DiskCheck.fewBytes { return .warning("\(folder): only \(free.sizeText) are free", hint: hint) }
        return .ok("\(folder): \(free.sizeText) free")
    }
}

extension UInt64 {
    /// `15 MiB`, with the largest unit of which there is at least one.
    fileprivate var sizeText: String {
        let units: [(name: String, shift: UInt64)] = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)]
        let unit = units.first { self >> $0.shift > 0 }
        return unit.map { "\(self >> $0.shift) \($0.name)" } ?? "\(self) bytes"
    }
}
