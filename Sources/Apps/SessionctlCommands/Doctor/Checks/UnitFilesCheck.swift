// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondLinux

/// Whether systemd runs the units as the package has them: drift.
struct UnitFilesCheck: DoctorCheck {
    static let name = "unitFiles"

    /// What the manual has administrators set in a drop-in: credentials, more descriptors, another place or group of a
    /// socket, other users' processes in the journal, and what a newer systemd has.
    private static let intended: Set = [
        "LoadCredential", "LoadCredentialEncrypted", "SetCredential", "SetCredentialEncrypted", "ImportCredential",
        "LimitNOFILE", "ListenStream", "ProtectProc", "ProtectControlGroups", "FileDescriptorStorePreserve",
    ]

    let units: Units
    /// Where packages, and `make install`, have their units: what systemd.unit(5) reads last.
    var packageFolders = ServiceCredential.unitFolders.filter { $0.contains("/lib/") }

    /// Where administrators have theirs.
    var ownFolders = ["/etc/systemd/system", "/run/systemd/system"]

    func examine() -> DoctorFinding {
        switch units {
        case .absent(let finding): return finding
        case .known(let units):
            let loaded = UnitFacts.Name.allCases.compactMap { name in
                units[name].flatMap { $0["LoadState"] == "loaded" ? (name, $0) : nil }
            }
            guard !loaded.isEmpty else { return .skipped("no unit is installed") }
            let drift = loaded.flatMap { name, unit in judge(name.rawValue, unit) }
            guard drift.isEmpty else { return DoctorFinding(worstOf: drift) }
            let dropIns = loaded.flatMap { $0.1.dropIns.filter { !isPackaged($0) } }
            return .ok((["as the package has them"] + dropIns).joined(separator: ", with "))
        }
    }

    private func judge(_ name: String, _ unit: UnitFacts) -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        if let changed = unread(name, unit) ?? (unit["NeedDaemonReload"] == "yes" ? name : nil) {
            findings.append(
                .warning(
                    "\(changed) has changed on the disk, and systemd goes on with what it read before",
                    hint: "systemctl daemon-reload; systemctl restart \(name)"))
        }
        if let own = shadowed(by: unit["FragmentPath"], name) {
            findings.append(
                .warning(
                    "\(unit["FragmentPath"]) stands in place of \(own), whose upgrades have no effect",
                    hint: "diff \(own) \(unit["FragmentPath"]); to go back: \(removal(of: unit["FragmentPath"]))"))
        }
        let packaged = packagedFile(name).flatMap(UnitFile.init(path:))
        for path in unit.dropIns where !isPackaged(path) {
            guard let effect = effect(of: path, on: packaged) else { continue }
            findings.append(
                .warning(
                    "\(name): \(path) \(effect)",
                    hint: "systemctl cat \(name); to go back: \(removal(of: path))"))
        }
        return findings
    }

    // Of this one file: systemctl-revert(1) would take every drop-in of the unit along, credentials included.
    private func removal(of path: String) -> String { "rm \(path); systemctl daemon-reload" }

    // A drop-in that has come since: in a folder that is new, systemd 252 does not notice it.
    private func unread(_ name: String, _ unit: UnitFacts) -> String? {
        let known = Set(unit.dropIns.compactMap { $0.split(separator: "/").last })
        for folder in ownFolders.map({ "\($0)/\(name).d" }) {
            let new = FolderListing.sortedNames(in: folder).first {
                $0.hasSuffix(".conf") && !$0.hasPrefix(".") && !known.contains($0[...]) && isFile("\(folder)/\($0)")
            }
            if let new { return "\(folder)/\(new)" }
        }
        return nil
    }

    // A link to /dev/null masks what has the same name, and is no drop-in itself.
    private func isFile(_ path: String) -> Bool { (try? FileFacts(path))?.isFile ?? false }

    /// `changes ProtectSystem= and adds MemoryMax=`: with whom the lines of a drop-in are at odds, and what else it has;
    /// `nil`: nothing but what is intended.
    private func effect(of path: String, on packaged: UnitFile?) -> String? {
        guard let dropIn = UnitFile(path: path) else { return "cannot be read" }
        let settings = dropIn.settings.filter { !UnitFilesCheck.intended.contains($0) }
        guard !settings.isEmpty else { return dropIn.settings.isEmpty ? "has no setting" : nil }
        func text(_ verb: String, _ names: [String]) -> [String] {
            names.isEmpty ? [] : ["\(verb) \(names.map { "\($0)=" }.joined(separator: ", "))"]
        }
        let known = Set(packaged?.settings ?? [])
        let changed = text("changes", settings.filter(known.contains))
        let added = text(packaged == nil ? "sets" : "adds", settings.filter { !known.contains($0) })
        return (changed + added).joined(separator: " and ")
    }

    // The packaged unit that another file of the same name keeps from being read.
    private func shadowed(by path: String, _ name: String) -> String? {
        path.isEmpty || isPackaged(path) ? nil : packagedFile(name)
    }

    private func packagedFile(_ name: String) -> String? {
        packageFolders.map { "\($0)/\(name)" }.first { access($0, F_OK) == 0 }
    }

    private func isPackaged(_ path: String) -> Bool { packageFolders.contains { path.hasPrefix($0 + "/") } }
}
