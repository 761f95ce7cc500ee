// SPDX-License-Identifier: Apache-2.0

import SessionClient
import SessionConfiguration
import SessionProtocol
import SessiondLinux

/// What several checks go by, gathered before they begin.
struct DoctorFacts: Sendable {
    let caller: Caller?
    let daemon: DaemonFacts
    let units: Units
    /// Who the daemon runs as; `nil`: it is not known.
    let account: DaemonAccount?
    /// What the daemon does not see.
    let sandbox: Sandbox
    /// The file that the daemon was started with; `nil`: none, or it is not known.
    let configFile: String?
    let configuration: ConfigurationFacts
    /// Where it stores; `nil`: it is not known.
    let stateFolder: String?

    private static let installedStateFolder = "/var/lib/sessiond"

    /// Asks the daemon, which that may start; then systemd, about what is left of that; and reads the configuration.
    init(for doctor: Doctor) {
        let (limits, socket) = (doctor.limits, doctor.client.path)
        let caller = BoundedWork(within: limits.step) { Caller.current() }
        let daemon = DaemonFacts(asking: doctor.client, within: limits.step)
        let asked = BoundedWork(within: limits.withGrace) { Units.ask(within: limits.step) }
        let units = DoctorFacts.relevant(asked.value(), socket)
        let isInstalled = socket == .standard || units.socket(listeningOn: socket.description) != nil
        let source = DoctorFacts.source(doctor.configFile, daemon, isInstalled: isInstalled)

        // An account database that hangs is no reason not to read files: it has half of the step.
        let start = ContinuousClock.now
        let account = BoundedWork(within: limits.step / 2) { DoctorFacts.account(units, socket) }.value() ?? nil
        let read = BoundedWork(within: limits.step - start.duration(to: .now)) {
            source.map { ConfigurationFacts.read($0, for: account?.reader ?? .current) } ?? .unknown
        }
        (self.caller, self.daemon, self.units) = (caller.value(), daemon, units)
        sandbox = units[.service].map(Sandbox.init(of:)) ?? .none
        (self.account, configuration) = (account, read.value() ?? .late)
        configFile = source?.named
        stateFolder =
            doctor.stateFolder ?? (try? daemon.info.get())?.stateDirectory
            ?? (isInstalled ? DoctorFacts.installedStateFolder : nil)
    }

    /// The units, where they are those of this daemon.
    private static func relevant(_ units: Units?, _ socket: SocketPath) -> Units {
        guard let units else { return .absent(.warning("systemctl hangs", hint: "systemctl status; dmesg | tail")) }
        guard case .known = units, socket != .standard, units.socket(listeningOn: socket.description) == nil else {
            return units
        }
        return .absent(.skipped("\(socket) is not the socket of a unit"))
    }

    /// Which files the daemon reads; `nil`: it was started by hand, and does not say.
    private static func source(_ named: String?, _ daemon: DaemonFacts, isInstalled: Bool) -> ConfigurationSource? {
        if let named { return .file(named) }
        guard let running = (try? daemon.info.get())?.configuration else { return isInstalled ? .search(.system) : nil }
        return ConfigurationSource(of: running) ?? (isInstalled ? .search(.system) : nil)
    }

    /// Who the daemon runs as: the unit says so, or the socket that it made itself.
    private static func account(_ units: Units, _ socket: SocketPath) -> DaemonAccount? {
        if let unit = units[.service] { return DaemonAccount(of: unit) }
        guard let file = try? FileFacts(socket.description), file.isSocket else { return nil }
        return DaemonAccount(user: file.user)
    }
}
