// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// One line of `Allow=`: capabilities for a subject.
package struct AccessRule: Sendable, Hashable, CustomStringConvertible {
    /// What is granted; never empty.
    package var capabilities: Set<Capability>
    /// To whom.
    package var subject: AccessSubject
    /// The line, for denials and `sessionctl access explain`.
    package var origin: SettingOrigin

    /// Makes a rule.
    package init(capabilities: Set<Capability>, subject: AccessSubject, origin: SettingOrigin = .builtIn) {
        self.capabilities = capabilities
        self.subject = subject
        self.origin = origin
    }

    /// As it stands after `Allow=`.
    package var description: String {
        let names = Capability.allCases.filter(capabilities.contains).map(\.rawValue)
        let all = names.count == Capability.allCases.count
        return "\(all ? "all" : names.joined(separator: ",")) \(Quoting.writtenWord(subject.description))"
    }
}
