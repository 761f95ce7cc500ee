// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Which folders of the system the daemon does not see, systemd.exec(5).
struct Sandbox: Sendable, Equatable {
    /// Folders, and the setting of the unit that hides them.
    struct Blind: Sendable, Equatable {
        let setting: String
        let folders: [String]
    }

    let blinds: [Blind]

    /// That of the packaged unit.
    static let packaged = Sandbox(protectHome: "yes", privateTmp: "yes")
    /// None: the daemon was started by hand.
    static let none = Sandbox(protectHome: "no", privateTmp: "no")

    /// That of a unit as systemd has it.
    init(of unit: UnitFacts) { self.init(protectHome: unit["ProtectHome"], privateTmp: unit["PrivateTmp"]) }

    private init(protectHome: String, privateTmp: String) {
        let home = Blind(setting: "ProtectHome=", folders: ["/home", "/root", "/run/user"])
        let temporary = Blind(setting: "PrivateTmp=", folders: ["/tmp", "/var/tmp"])
        blinds =
            (["yes", "tmpfs"].contains(protectHome) ? [home] : [])
            + (["", "no"].contains(privateTmp) ? [] : [temporary])
    }

    /// What hides a file from the daemon, be it where the path leads to; `nil`: nothing does.
    func blind(over path: String) -> Blind? {
        let places = [path, Sandbox.resolved(path)]
        return blinds.first { blind in
            places.contains { place in blind.folders.contains { place.hasPrefix($0 + "/") } }
        }
    }

    private static func resolved(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
