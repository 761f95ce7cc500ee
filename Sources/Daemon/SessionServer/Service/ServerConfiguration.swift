// SPDX-License-Identifier: Apache-2.0

package import AccessRules

/// The part of the configuration that the server uses.
package struct ServerConfiguration: Sendable {
    /// How much it takes on.
    package var limits: ServerLimits
    /// Who may do what.
    package var access: AccessPolicy
    /// What it says about itself.
    package var facts: ServerFacts

    package init(limits: ServerLimits, access: AccessPolicy, facts: ServerFacts) {
        (self.limits, self.access, self.facts) = (limits, access, facts)
    }
}
