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

    /// Whether a socket unit listens on that path; `Listen` is `PATH (Stream)`.
    func listens(on path: String) -> Bool {
        self["Listen"].split(separator: "\n").contains { $0 == "\(path) (Stream)" }
    }
}
