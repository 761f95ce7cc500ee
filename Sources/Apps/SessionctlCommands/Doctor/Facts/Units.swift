// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The units of the package, or why they cannot be looked at.
enum Units: Sendable {
    /// What systemd says of each.
    case known([UnitFacts.Name: UnitFacts])
    /// There are none to look at.
    case absent(DoctorFinding)

    private static let noSystemd = DoctorFinding.skipped("systemd does not run here")

    /// Where systemctl(1) may be; PATH is the caller's, and not asked.
    private static let programs = ["/usr/bin/systemctl", "/bin/systemctl"]

    /// Asks systemd; `runtimeFolder` is there where it runs, sd_booted(3).
    static func ask(
        runtimeFolder: String = "/run/systemd/system", program: String? = nil, within limit: Duration
    ) -> Units {
        guard access(runtimeFolder, F_OK) == 0 else { return .absent(noSystemd) }
        let program: String = program ?? programs.first { access($0, X_OK) == 0 } ?? programs[0]
        let names = UnitFacts.Name.allCases.map(\.rawValue)
        let arguments = ["show", "--no-pager", "--property=\(UnitFacts.properties.joined(separator: ","))"]
        guard let shown = ChildProcess.run(program, arguments + names, within: limit) else {
            return .absent(.warning("\(program) cannot be run", hint: "ls -l \(program)"))
        }
        guard shown.status == 0 else {
            let reason = shown.errors.split(separator: "\n").first.map { ": \($0)" } ?? ""
            let text = shown.status == nil ? "systemctl show did not end in time" : "systemctl show failed\(reason)"
            return .absent(.warning(text, hint: "systemctl status; as root: systemctl daemon-reexec"))
        }
        return .known(units(in: shown.output))
    }

    /// Reads what `systemctl show` prints for several units: a block for each, with empty lines between.
    static func units(in text: String) -> [UnitFacts.Name: UnitFacts] {
        var units: [UnitFacts.Name: UnitFacts] = [:]
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for block in lines.split(whereSeparator: \.isEmpty) {
            let unit = UnitFacts(lines: block)
            if let name = UnitFacts.Name(rawValue: unit["Id"]) { units[name] = unit }
        }
        return units
    }

    /// Whether systemd does not run, as in most containers.
    var isWithoutSystemd: Bool {
        guard case .absent(let finding) = self else { return false }
        return finding == Units.noSystemd
    }

    /// A unit; `nil`: there is none, or it is not known.
    subscript(_ name: UnitFacts.Name) -> UnitFacts? {
        guard case .known(let units) = self else { return nil }
        return units[name].flatMap { $0.isInstalled ? $0 : nil }
    }

    /// The socket unit that listens on a path.
    func socket(listeningOn path: String) -> UnitFacts? {
        [UnitFacts.Name.socket, .observer].compactMap { self[$0] }.first { $0.listens(on: path) }
    }
}
