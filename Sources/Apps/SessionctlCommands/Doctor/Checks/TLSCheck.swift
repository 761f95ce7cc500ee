// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionConfiguration

/// Whether the authority can be reached and shows a certificate that is trusted, as the daemon itself asks: its binary
/// does, with the same library, trust store and proxy.
struct TLSCheck: DoctorCheck {
    static let name = "tls"
    // The certificates to trust are among the files, and a daemon that cannot read them reaches nobody.
    static let causes = [NamedFilesCheck.name, NameServiceCheck.name]

    /// `nil`: there is no configuration to go by.
    let settings: Settings?
    /// Whether the daemon's binary, which reads the files itself, can use them.
    var isUsable = true
    /// The file that the daemon was started with; `nil`: none, it searches.
    let configFile: String?
    /// Who the daemon runs as; `nil`: it is not known.
    let account: DaemonAccount?
    /// How long it may take.
    let limits: DoctorLimits
    /// The daemon's binary; by default that beside this program.
    var program: String = ProgramFile.beside("sessiond")

    func examine() -> DoctorFinding {
        guard let settings else { return .skipped("there is no configuration to go by") }
        let kind = settings.authority.kind
        guard kind.network != nil else { return .skipped("the \(kind.name) authority needs no network") }
        guard isUsable else { return .skipped("not before \(SettingsCheck.name) is well") }
        let command = command
        guard let outcome = ChildProcess.run(command[0], Array(command.dropFirst()), within: limits.step) else {
            return .skipped("\(program) cannot be run", hint: "install the package sessiond again")
        }
        guard let status = outcome.status else { return late(after: limits.text) }
        return judge(outcome, status)
    }

    func late(after limit: String) -> DoctorFinding {
        .problem("the authority did not answer within \(limit)", hint: again)
    }

    /// For root as the daemon's user: who may own a file that the daemon reads depends on who reads it.
    private var command: [String] {
        let program = [program] + arguments
        guard geteuid() == 0, let account, account != .root, access(TLSCheck.setpriv, X_OK) == 0 else { return program }
        let groups = account.groups.sorted().map(String.init).joined(separator: ",")
        return [TLSCheck.setpriv, "--reuid=\(account.user)", "--regid=\(account.group)", "--groups=\(groups)", "--"]
            + program
    }

    // setpriv(1), of util-linux.
    private static let setpriv = "/usr/bin/setpriv"

    private var arguments: [String] { ["--check-authority"] + (configFile.map { ["--config", $0] } ?? []) }

    // It waits as long as ConnectTimeoutSec= and TimeoutSec= allow, and then says how far it came.
    private var again: String {
        "see the network and the firewalls on the way there; to wait longer: sessiond \(arguments.joined(separator: " "))"
    }

    private var isUnencrypted: Bool {
        settings.map { $0.authority.kind.network?.isUnencrypted($0) ?? false } ?? false
    }

    private func judge(_ outcome: ChildProcess.Outcome, _ status: Int32) -> DoctorFinding {
        let lines = outcome.errors.split(separator: "\n")
        func text(_ prefix: String) -> String? {
            lines.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        }
        guard status == 0 else {
            return .problem(
                text("error: ") ?? "sessiond --check-authority ended with \(status)", hint: text("hint: ") ?? again)
        }
        let lineOfEach = outcome.output.split(separator: "\n").joined(separator: "; ")
        let seen = lineOfEach.isEmpty ? "the authority answers" : lineOfEach
        guard isUnencrypted else { return .ok(seen) }
        return .warning(
            "\(seen); not encrypted: passwords and tokens go there in the clear, to whatever program of this device has "
                + "that port",
            hint: "for more than a trial, an address that begins with https://")
    }
}
