// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessionProtocol

/// Looks at everything between an app and its token.
struct Doctor: Sendable {
    /// Asks the daemon.
    let client: BlockingSessionClient
    /// What `--config` names; `nil`: what the daemon says, or an installed one reads.
    let configFile: String?
    /// What `--state-directory` names; `nil`: what the daemon says, or where an installed one stores.
    let stateFolder: String?
    /// How long it may take.
    let limits: DoctorLimits

    private var socket: SocketPath { client.path }

    /// Looks, and hands over the name and the finding of each check as they come.
    func examine<Failure: Error>(_ report: (String, DoctorFinding) throws(Failure) -> Void) throws(Failure) {
        let running = checks(DoctorFacts(for: self)).map { check in
            (check: check, work: BoundedWork(within: limits.withGrace) { check.examine() })
        }
        var problems: Set<String> = []
        for (check, work) in running {
            let kind = type(of: check)
            if let cause = kind.causes.first(where: problems.contains) {
                try report(kind.name, .skipped("not before \(cause) is well"))
                continue
            }
            let finding = work.value() ?? check.late(after: limits.text)
            if finding.result == .problem { problems.insert(kind.name) }
            try report(kind.name, finding)
        }
    }

    /// The checks, in the order in which the way of a call goes.
    private func checks(_ facts: DoctorFacts) -> [any DoctorCheck] {
        let (daemon, units, settings) = (facts.daemon, facts.units, facts.configuration.settings)
        let remedies = Remedies(isService: units[.service] != nil, socketPath: socket.description)
        return [
            GroupsCheck(caller: facts.caller, socketPath: socket.description),
            SocketCheck(path: socket.description, expectation: expectation(units), startHint: remedies.start),
            DaemonCheck(daemon: daemon, remedies: remedies),
            UnitsCheck(units: units),
            UnitFilesCheck(units: units),
            VersionsCheck(daemon: daemon, process: units[.service]?.mainProcess, restartHint: remedies.restart),
            SettingsCheck(
                daemon: daemon, configuration: facts.configuration, remedies: remedies, configFile: facts.configFile),
            NamesCheck(settings: settings, daemon: daemon, remedies: remedies),
            NamedFilesCheck(settings: settings, account: facts.account, sandbox: facts.sandbox),
            SealingCheck(daemon: daemon, units: units, settings: settings, remedies: remedies),
            DiskCheck(folder: facts.stateFolder, daemon: daemon, account: facts.account, remedies: remedies),
            ClockCheck.current(
                skewSeconds: (try? daemon.status.get())?.authority.clockSkewSeconds,
                isWithoutSystemd: units.isWithoutSystemd),
            NameServiceCheck(settings: settings),
            TLSCheck(
                settings: settings, isUsable: facts.configuration.isUsable, configFile: facts.configFile,
                account: facts.account, limits: limits),
            AuthorityCheck(daemon: daemon, remedies: remedies),
        ]
    }

    /// How the socket is to be, as its unit says; `nil`: there is none that makes it.
    private func expectation(_ units: Units) -> SocketCheck.Expectation? {
        guard let unit = units.socket(listeningOn: socket.description) else { return nil }
        func value(_ property: String, else standard: String) -> String {
            unit[property].isEmpty ? standard : unit[property]
        }
        return SocketCheck.Expectation(
            user: value("SocketUser", else: "root"), group: value("SocketGroup", else: "root"),
            mode: mode_t(unit["SocketMode"], radix: 8) ?? 0o666, remedy: "systemctl restart \(unit["Id"])")
    }
}
