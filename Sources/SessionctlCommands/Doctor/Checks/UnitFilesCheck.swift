// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Whether systemd runs the units as the package has them: drift.
struct UnitFilesCheck: DoctorCheck {
    static let name = "unitFiles"

    let units: Units
    /// Where packages, and `make install`, have their units: what systemd.unit(5) reads last.
    var packageFolders = ["/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"]

    func examine() -> DoctorFinding {
        switch units {
        case .absent(let finding): return finding
        case .known(let units):
            let loaded = UnitFacts.Name.allCases.compactMap { name in
                units[name].flatMap { $0["LoadState"] == "loaded" ? (name, $0) : nil }
            }
            guard !loaded.isEmpty else { return .skipped("no unit is installed") }
            let drift = loaded.flatMap { name, unit in judge(name.rawValue, unit) }
            return drift.isEmpty ? .ok("as the package has them") : DoctorFinding(worstOf: drift)
        }
    }

    private func judge(_ name: String, _ unit: UnitFacts) -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        if unit["NeedDaemonReload"] == "yes" {
            findings.append(
                .warning(
                    "\(name) has changed on the disk, and systemd goes on with what it read before",
                    hint: "systemctl daemon-reload; systemctl restart \(name)"))
        }
        if let own = shadowed(by: unit["FragmentPath"], name) {
            findings.append(
                .warning(
                    "\(unit["FragmentPath"]) stands in place of \(own), whose upgrades have no effect",
                    hint: "diff \(own) \(unit["FragmentPath"]); to go back: systemctl revert \(name)"))
        }
        let dropIns = unit.dropIns.filter { !isPackaged($0) }
        if !dropIns.isEmpty {
            findings.append(
                .warning(
                    "\(name) is changed by \(dropIns.joined(separator: " "))",
                    hint: "systemctl cat \(name); to go back: systemctl revert \(name)"))
        }
        return findings
    }

    // The packaged unit that another file of the same name keeps from being read.
    private func shadowed(by path: String, _ name: String) -> String? {
        guard !path.isEmpty, !isPackaged(path) else { return nil }
        return packageFolders.map { "\($0)/\(name)" }.first { access($0, F_OK) == 0 }
    }

    private func isPackaged(_ path: String) -> Bool { packageFolders.contains { path.hasPrefix($0 + "/") } }
}
