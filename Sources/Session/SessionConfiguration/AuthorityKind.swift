// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol
import SessiondLinux

/// A kind of authority, as far as its configuration goes: what `Kind=` calls it, its section, and what whoever looks at
/// a configuration has to know of it. How one is made is for SessionAuthorities.
package struct AuthorityKind: Sendable {
    /// What it takes to reach one that is elsewhere.
    package struct Network: Sendable {
        /// What to see to where it answers and gives no token.
        package let whenRefused: String
        // Where it is; `nil`: that is not set.
        private let origin: @Sendable (Settings) -> HTTPOrigin?
        fileprivate let settings: @Sendable (Settings) -> NetworkSettings

        package init(
            origin: @escaping @Sendable (Settings) -> HTTPOrigin?,
            settings: @escaping @Sendable (Settings) -> NetworkSettings, whenRefused: String
        ) {
            (self.origin, self.settings, self.whenRefused) = (origin, settings, whenRefused)
        }

        /// Whether what is sent to it is not encrypted: it is on this device then, at an address of its own.
        package func isUnencrypted(_ settings: Settings) -> Bool { origin(settings)?.scheme == .http }

        /// Whom the daemon connects to first: the authority, or the proxy before it; `nil`: that is not set.
        package func firstHop(_ settings: Settings) -> HTTPOrigin? {
            guard let origin = origin(settings) else { return nil }
            // A request in the clear, which stays on this device, goes past the proxy.
            return origin.scheme == .https ? self.settings(settings).proxy ?? origin : origin
        }
    }

    /// What `Kind=` and the status call it.
    package let name: String
    /// What it is, for who has to choose one.
    let meaning: String
    /// Where its settings stand.
    package let section: SettingSection
    /// Its settings, in the order of the example file.
    let keys: [SettingKey]
    /// By which methods customers sign in there, each where its settings allow it.
    package let signIns: [Method]
    /// Those of them that have to be set with it.
    let required: [RequiredSetting]
    /// `nil`: it is on the device itself.
    package let network: Network?
    /// The credential that it takes its key from; `nil`: it takes none.
    package let credential: NamedCredential?
    private let findNamedFiles: @Sendable (Settings) -> [NamedFile?]
    /// What of its settings cannot be used together, or is of no use.
    let conflicts: @Sendable (Settings) -> [SettingConflict]

    package init(
        name: String, meaning: String, section: SettingSection, keys: [SettingKey], signIns: [Method],
        required: [RequiredSetting] = [], network: Network? = nil, credential: NamedCredential? = nil,
        namedFiles: @escaping @Sendable (Settings) -> [NamedFile?] = { _ in [] },
        conflicts: @escaping @Sendable (Settings) -> [SettingConflict] = { _ in [] }
    ) {
        self.conflicts = conflicts
        (self.name, self.meaning, self.section, self.keys) = (name, meaning, section, keys)
        self.signIns = signIns
        (self.required, self.network, self.credential) = (required, network, credential)
        findNamedFiles = namedFiles
    }

    /// The files that its settings name.
    package func namedFiles(_ settings: Settings) -> [NamedFile] {
        let certificates = network.flatMap { NamedFile.certificates(path: $0.settings(settings).caFile) }
        return (findNamedFiles(settings) + [certificates]).compactMap { $0 }
    }

    /// Those of ``required`` that are not set.
    func missing(in settings: Settings) -> [RequiredSetting] {
        required.filter { required in
            keys.contains { $0.name == required.name && $0.show(settings).allSatisfy(\.text.isEmpty) }
        }
    }
}

extension AuthorityKind: Equatable {
    /// No two have one name.
    package static func == (first: AuthorityKind, second: AuthorityKind) -> Bool { first.name == second.name }
}

/// A setting without which an authority cannot be used.
package struct RequiredSetting: Sendable {
    /// The name before the `=`.
    let name: String
    /// How it could be set.
    let example: String

    package init(name: String, example: String) { (self.name, self.example) = (name, example) }
}

/// A setting that does not go with another one.
package struct SettingConflict: Sendable {
    /// Whether the configuration cannot be used with both, or the setting has no effect beside the other.
    package enum Weight: Sendable { case error, warning }

    let weight: Weight
    /// The name before the `=`.
    let name: String
    /// Why.
    let message: String
    /// What could be written instead.
    let expected: String

    package init(_ weight: Weight, name: String, message: String, expected: String) {
        (self.weight, self.name, self.message, self.expected) = (weight, name, message, expected)
    }
}

/// A file that a setting names.
package struct NamedFile: Sendable {
    package let setting: String
    package let path: String
    /// Whether nobody but the daemon is to read it.
    package let isSecret: Bool
    /// What is wrong with what it holds; never repeats any of it.
    package let fault: @Sendable (_ content: [UInt8]) -> String?

    /// `nil`: the setting is unset.
    package init?(
        setting: String, path: String?, isSecret: Bool, fault: @escaping @Sendable ([UInt8]) -> String? = { _ in nil }
    ) {
        guard let path else { return nil }
        (self.setting, self.path, self.isSecret, self.fault) = (setting, path, isSecret, fault)
    }

    /// Why this process cannot use it; `nil`: it can.
    package func obstacle() -> String? {
        do throws(PlainFileFailure) {
            let file = try PlainFile(path: path, maximumBytes: ConfigurationLimits.maximumFileBytes)
            if let stranger = file.stranger {
                return "is not trusted: \(stranger.description) (\(stranger.remedy) \(path))"
            }
            return fault(file.bytes)
        } catch {
            return "cannot be read: \(error) (sessionctl doctor, as root, says what to do)"
        }
    }

    /// Certificates to trust.
    fileprivate static func certificates(path: String?) -> NamedFile? {
        NamedFile(setting: "CAFile", path: path, isSecret: false) { content in
            let isPEM = String(decoding: content, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----")
            return isPEM ? nil : "holds no certificate in PEM"
        }
    }
}

/// A credential of the service that an authority takes a key from, systemd.exec(5).
package struct NamedCredential: Sendable {
    package let name: String
    /// What it holds, in words: `API key`.
    package let meaning: String
    /// The settings that it may come from in its place.
    package let alternatives: [String]
    /// Whether none of them is set, so that it has to be there.
    package let isNeeded: @Sendable (Settings) -> Bool

    package init(
        name: String, meaning: String, alternatives: [String], isNeeded: @escaping @Sendable (Settings) -> Bool
    ) {
        (self.name, self.meaning, self.alternatives, self.isNeeded) = (name, meaning, alternatives, isNeeded)
    }
}
