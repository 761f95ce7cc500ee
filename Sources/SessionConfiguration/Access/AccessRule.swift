// SPDX-License-Identifier: Apache-2.0

public import SessionProtocol

/// One line of `Allow=`: capabilities for a subject.
public struct AccessRule: Sendable, Hashable, CustomStringConvertible {
    /// What is granted; never empty.
    public var capabilities: Set<Capability>
    /// To whom.
    public var subject: AccessSubject
    /// The line, for denials and `sessionctl access explain`.
    public var origin: SettingOrigin

    /// Makes a rule.
    public init(capabilities: Set<Capability>, subject: AccessSubject, origin: SettingOrigin = .builtIn) {
        self.capabilities = capabilities
        self.subject = subject
        self.origin = origin
    }

    /// As it stands after `Allow=`.
    public var description: String {
        let names = Capability.allCases.filter(capabilities.contains).map(\.rawValue)
        let all = names.count == Capability.allCases.count
        return "\(all ? "all" : names.joined(separator: ",")) \(Quoting.writtenWord(subject.description))"
    }
}
