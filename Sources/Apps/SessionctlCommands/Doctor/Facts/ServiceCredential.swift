// SPDX-License-Identifier: Apache-2.0

import SessiondLinux

/// Where the unit of the daemon takes a credential from, systemd.exec(5).
///
/// The unit's files are read, since `systemctl show` of systemd 252 does not print these settings.
struct ServiceCredential {
    /// Of systemd.unit(5), as far as units of packages and administrators go.
    static let unitFolders = [
        "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ]
    // Where systemd looks by itself, under `credstore` and `credstore.encrypted`.
    private static let storeRoots = ["/etc", "/run", "/usr/lib"]

    let name: String
    /// The files that it comes from, and whether each is one that systemd-creds(1) has encrypted.
    let sources: [(path: String, isEncrypted: Bool)]
    /// Whether the unit has it at all, be it without a file.
    let isHandedOver: Bool

    init(_ name: String, unitFolders: [String] = ServiceCredential.unitFolders) {
        self.name = name
        let lines = unitFolders.flatMap(ServiceCredential.files).compactMap(UnitFile.init(path:)).flatMap(\.assignments)
        let named = lines.compactMap { line in
            ServiceCredential.part(of: line.value, behind: name).map { (setting: line.name, path: $0) }
        }
        let isImported = lines.contains { $0.name == "ImportCredential" && $0.value == name }
        let stored = ServiceCredential.stored(name).filter { isImported && (try? FileFacts($0.path)) != nil }
        sources =
            named.compactMap { setting, path in
                switch setting {
                case "LoadCredential": (path, false)
                case "LoadCredentialEncrypted": (path, true)
                default: nil
                }
            } + stored
        isHandedOver = !sources.isEmpty || named.contains { $0.setting.hasPrefix("SetCredential") }
    }

    /// The file of it that was changed since an instant, in seconds since 1970; `nil`: none, as far as can be seen.
    func changedFile(since instant: Int64) -> String? {
        sources.map(\.path).first { path in (try? FileFacts(path)).map { $0.changedAt > instant } ?? false }
    }

    private static func files(in folder: String) -> [String] {
        let unit = "\(folder)/\(UnitFacts.Name.service.rawValue)"
        let dropIns = FolderListing.sortedNames(in: "\(unit).d").filter { $0.hasSuffix(".conf") }
        return [unit] + dropIns.map { "\(unit).d/\($0)" }
    }

    // Of `NAME:PATH` the path; of `NAME` alone, which systemd looks for by itself, that.
    private static func part(of value: String, behind name: String) -> String? {
        let parts = value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.first.map(String.init) == name else { return nil }
        return parts.count > 1 ? String(parts[1]) : stored(name).first { (try? FileFacts($0.path)) != nil }?.path
    }

    private static func stored(_ name: String) -> [(path: String, isEncrypted: Bool)] {
        storeRoots.flatMap { root in
            [("\(root)/credstore/\(name)", false), ("\(root)/credstore.encrypted/\(name)", true)]
        }
    }
}
