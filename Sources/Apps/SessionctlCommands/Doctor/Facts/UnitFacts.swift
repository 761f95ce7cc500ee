// SPDX-License-Identifier: Apache-2.0

/// A unit as `systemctl show` describes it, org.freedesktop.systemd1(5).
struct UnitFacts: Sendable, Equatable {
    /// Those of the package.
    enum Name: String, Sendable, CaseIterable {
        case socket = "sessiond.socket"
        case service = "sessiond.service"
        case key = "sessiond-key.service"
        case observer = "sessiond-observer.socket"
        case control = "sessiond-control.socket"
        case ready = "sessiond-ready.service"

        /// Without this one nothing works.
        var isRequired: Bool { self == .socket || self == .service }
        /// Whether it is a socket's.
        var isSocket: Bool { self == .socket || self == .observer || self == .control }
    }

    /// What is asked for.
    static let properties = [
        "Id", "LoadState", "ActiveState", "SubState", "UnitFileState", "Result", "NRestarts", "NeedDaemonReload",
        "FragmentPath", "DropInPaths", "MainPID", "User", "Group", "Listen", "SocketUser", "SocketGroup", "SocketMode",
        "ProtectHome", "PrivateTmp", "ExecMainStatus",
    ]

    private let values: [String: String]

    /// A unit with those properties.
    init(_ values: [String: String]) { self.values = values }

    /// Reads the lines `Name=value` that `systemctl show` prints for one unit; those of the same name are kept together.
    init(lines: some Sequence<Substring>) {
        var values: [String: String] = [:]
        for line in lines {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let (name, value) = (String(line[..<equals]), String(line[line.index(after: equals)...]))
            values[name] = values[name].map { "\($0)\n\(value)" } ?? value
        }
        self.values = values
    }

    /// A property; empty where the unit has none of that name.
    subscript(_ property: String) -> String { values[property] ?? "" }

    /// Whether there is such a unit.
    var isInstalled: Bool { !["", "not-found"].contains(self["LoadState"]) }
    /// Its main process; `nil`: there is none.
    var mainProcess: Int32? { Int32(self["MainPID"]).flatMap { $0 > 0 ? $0 : nil } }
    /// Its drop-ins.
    var dropIns: [String] { self["DropInPaths"].split(separator: " ").map(String.init) }

    /// How often it was started again by itself; `nil`: not at all.
    var restarts: String? {
        guard let count = Int(self["NRestarts"]), count > 0 else { return nil }
        return "started again \(count == 1 ? "once" : "\(count) times")"
    }

    /// Why it was not even executed, by the name that systemd.exec(5) has for such an exit status; `nil`: it was, or
    /// that is not known.
    var failedStep: String? {
        let steps = [
            "200": "CHDIR", "203": "EXEC", "216": "GROUP", "217": "USER", "218": "CAPABILITIES", "226": "NAMESPACE",
            "228": "SECCOMP", "238": "STATE_DIRECTORY", "243": "CREDENTIALS",
        ]
        return steps[self["ExecMainStatus"]]
    }

    /// Why it does not stay up, such as `exit-code, 243/CREDENTIALS, started again 71 times`; `nil`: it does, or that is
    /// not known yet.
    var instability: String? {
        let isFailed = self["ActiveState"] == "failed"
        let isStartedAgain = self["ActiveState"] == "activating" && restarts != nil
        let isTriedAgain = self["SubState"] == "auto-restart" || isStartedAgain
        guard isFailed || isTriedAgain else { return nil }
        // While it starts, there is no result yet.
        let result = self["Result"] == "success" ? nil : self["Result"]
        let step = failedStep.map { "\(self["ExecMainStatus"])/\($0)" }
        let details = [result, step, restarts].compactMap { $0 }
        return details.isEmpty ? "it ended" : details.joined(separator: ", ")
    }

    /// What to look at where it does not.
    var instabilityHint: String {
        let journal = "journalctl -b -u \(self["Id"])"
        guard failedStep == "CREDENTIALS" else { return journal }
        return "\(journal); see its credentials in systemctl cat \(self["Id"]): their files are there, and encrypted "
            + "with --name= of the credential, systemd-creds(1)"
    }

    /// Whether a socket unit listens on that path; `Listen` is `PATH (Stream)`.
    func listens(on path: String) -> Bool {
        self["Listen"].split(separator: "\n").contains { $0 == "\(path) (Stream)" }
    }
}
