// SPDX-License-Identifier: Apache-2.0

/// What of the configuration the server follows.
public struct ServerConfiguration: Sendable {
    /// How much it takes on.
    public var limits: ServerLimits
    /// Who may do what.
    public var access: AccessPolicy
    /// What it says about itself.
    public var facts: ServerFacts

    /// A configuration of those parts.
    public init(limits: ServerLimits, access: AccessPolicy, facts: ServerFacts) {
        (self.limits, self.access, self.facts) = (limits, access, facts)
    }
}
