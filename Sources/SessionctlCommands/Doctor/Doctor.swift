// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessionConfiguration
import SessionProtocol
import SystemAccounts

/// Looks at everything between an app and its token.
struct Doctor {
    /// Asks the daemon.
    let client: BlockingSessionClient
    /// What `--config` names; `nil`: what an installed daemon reads.
    let configFile: String?
    /// What `--state-directory` names; `nil`: where an installed daemon stores.
    let stateFolder: String?
    /// How long each step may take.
    let limit: Duration

    private static let installedStateFolder = "/var/lib/sessiond"

    private var socket: SocketPath { client.path }

    /// Looks, and hands over the name and the finding of each check as they come.
    func examine<Failure: Error>(_ report: (String, DoctorFinding) throws(Failure) -> Void) throws(Failure) {
        for check in checks() {
            let finding = Bounded.run(within: limit) { check.examine() }
            let late = DoctorFinding.problem("this did not come to an end within \(limit)", hint: check.lateHint)
            try report(type(of: check).name, finding ?? late)
        }
    }

    /// The checks, in the order in which the way of a call goes.
    private func checks() -> [any DoctorCheck] {
        let daemon = DaemonFacts(asking: client, within: limit)
        let units = askUnits()
        let isInstalled = socket == .standard || units.socket(listeningOn: socket.description) != nil
        let configFile = configFile ?? (isInstalled ? nil : Doctor.ownFile(of: daemon))
        let folder = stateFolder ?? (isInstalled ? Doctor.installedStateFolder : nil)
        let files = load(configFile)
        let settings = (try? files?.get())?.settings
        let remedies = Remedies(isService: units[.service] != nil, socketPath: socket.description)
        let user = daemonUser(units)
        return [
            GroupsCheck(caller: Bounded.run(within: limit) { Caller.current() }, socketPath: socket.description),
            SocketCheck(path: socket.description, expectation: expectation(units), startHint: remedies.start),
            DaemonCheck(daemon: daemon),
            UnitsCheck(units: units),
            UnitFilesCheck(units: units),
            VersionsCheck(daemon: daemon, process: units[.service]?.mainProcess, restartHint: remedies.restart),
            SettingsCheck(daemon: daemon, files: files, remedies: remedies, configFile: configFile),
            NamedFilesCheck(settings: settings, daemonUser: user),
            SealingCheck(daemon: daemon, units: units, settings: settings, remedies: remedies),
            DiskCheck(folder: folder, daemon: daemon, daemonUser: user, remedies: remedies),
            ClockCheck.current(skewSeconds: (try? daemon.status.get())?.authority.clockSkewSeconds),
            NameServiceCheck(settings: settings),
            TLSCheck(settings: settings, configFile: configFile, limit: limit),
            AuthorityCheck(daemon: daemon, remedies: remedies),
        ]
    }

    /// The units, where they are those of this daemon.
    private func askUnits() -> Units {
        let units = Units.ask(within: limit)
        guard case .known = units, socket != .standard, units.socket(listeningOn: socket.description) == nil else {
            return units
        }
        return .absent(.skipped("\(socket) is no socket of a unit"))
    }

    /// The file that a daemon was started with by hand; `nil`: none, it searches as an installed one does.
    private static func ownFile(of daemon: DaemonFacts) -> String? {
        guard let first = (try? daemon.info.get())?.configuration.files.first else { return nil }
        let roots = ConfigurationRoots.system
        let searched = [roots.administrator, roots.runtime, roots.vendor]
        return searched.contains { first.hasPrefix($0 + "/") } ? nil : first
    }

    private func load(_ configFile: String?) -> Result<LoadedConfiguration, ConfigurationError>? {
        let loader = ConfigurationLoader(configFile.map { .file($0) } ?? .search(.system))
        return Bounded.run(within: limit) {
            Result { () throws(ConfigurationError) in try loader.load() }
        }
    }

    /// Who the daemon runs as: the unit says so, or the socket that it made itself.
    private func daemonUser(_ units: Units) -> uid_t? {
        let (limit, path) = (limit, socket.description)
        if let name = units[.service]?["User"] {
            return name.isEmpty ? 0 : Bounded.run(within: limit) { AccountDatabase.user(named: name) } ?? nil
        }
        return (try? FileFacts(path)).flatMap { $0.isSocket ? $0.user : nil }
    }

    /// How the socket is to be: as its unit says, or the package's unit where that cannot be asked.
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
