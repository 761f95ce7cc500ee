// SPDX-License-Identifier: Apache-2.0

/// Whether the units are there and do what they are for.
struct UnitsCheck: DoctorCheck {
    static let name = "units"

    let units: Units

    func examine() -> DoctorFinding {
        switch units {
        case .absent(let finding): finding
        case .known(let units):
            DoctorFinding(worstOf: inOrder(units).compactMap { judge($0, units[$0] ?? UnitFacts([:])) })
        }
    }

    // What is masked comes first: before, nothing that needs it can be started.
    private func inOrder(_ units: [UnitFacts.Name: UnitFacts]) -> [UnitFacts.Name] {
        let masked = UnitFacts.Name.allCases.filter { units[$0]?["LoadState"] == "masked" }
        return masked + UnitFacts.Name.allCases.filter { !masked.contains($0) }
    }

    private func judge(_ name: UnitFacts.Name, _ unit: UnitFacts) -> DoctorFinding? {
        guard unit.isInstalled else {
            guard name.isRequired else { return nil }
            return .problem("\(name.rawValue) is not installed", hint: "install the package sessiond again")
        }
        switch unit["LoadState"] {
        case "loaded": return judgeState(name, unit)
        case "masked": return judgeMask(name)
        default:
            return .problem(
                "\(name.rawValue) cannot be loaded (\(unit["LoadState"]))",
                hint: "systemd-analyze verify \(name.rawValue)")
        }
    }

    // Who masks what is not needed means it.
    private func judgeMask(_ name: UnitFacts.Name) -> DoctorFinding? {
        let hint = "systemctl unmask \(name.rawValue); systemctl start \(name.rawValue)"
        if name.isRequired { return .problem("\(name.rawValue) is masked", hint: hint) }
        return name == .key ? .warning("\(name.rawValue) is masked", hint: hint) : nil
    }

    private func judgeState(_ name: UnitFacts.Name, _ unit: UnitFacts) -> DoctorFinding? {
        if let instability = unit.instability { return judgeInstability(name, unit, instability) }
        if unit["ActiveState"] == "active" { return judgeRunning(name, unit, unit["SubState"]) }
        return judgeInactive(name, unit, unit["ActiveState"])
    }

    private func judgeInstability(
        _ name: UnitFacts.Name, _ unit: UnitFacts, _ instability: String
    ) -> DoctorFinding {
        guard unit["ActiveState"] == "failed" else {
            return .problem("\(name.rawValue) does not stay up (\(instability))", hint: unit.instabilityHint)
        }
        // The daemon gets the key when it starts.
        let restart = name == .key ? "\(name.rawValue) sessiond.service" : name.rawValue
        return .problem(
            "\(name.rawValue) failed (\(instability))",
            hint: "\(unit.instabilityHint); then: systemctl restart \(restart)")
    }

    private func judgeRunning(_ name: UnitFacts.Name, _ unit: UnitFacts, _ state: String) -> DoctorFinding {
        if name.isSocket, unit["UnitFileState"] == "disabled" {
            return .warning(
                "\(name.rawValue) is \(state), but will not be after a reboot",
                hint: "systemctl enable \(name.rawValue)")
        }
        if let restarts = unit.restarts {
            return .warning(
                "\(name.rawValue) is \(state), after it ended unasked: \(restarts)",
                hint: "journalctl -b -u \(name.rawValue) -p notice")
        }
        return .ok("\(name.rawValue) \(state)")
    }

    private func judgeInactive(_ name: UnitFacts.Name, _ unit: UnitFacts, _ state: String) -> DoctorFinding? {
        let start = "systemctl start \(name.rawValue)"
        switch name {
        case .socket: return .problem("\(name.rawValue) is \(state)", hint: start)
        case .observer:
            guard unit["UnitFileState"] == "enabled" else { return nil }
            return .warning("\(name.rawValue) is enabled, but \(state)", hint: start)
        case .service: return .ok("\(name.rawValue) \(state) (the first call starts it)")
        case .control, .key, .ready: return nil
        }
    }
}
