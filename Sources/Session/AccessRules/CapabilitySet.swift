// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// Capabilities as bits: what is asked for every connection and every request.
package struct CapabilitySet: OptionSet {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ capabilities: Set<Capability>) {
        rawValue = capabilities.reduce(0) { $0 | CapabilitySet.bit(of: $1) }
    }

    static let all = CapabilitySet(Set(Capability.allCases))
    static let ofObservers = CapabilitySet([Capability.identityRead])
    static let ofAdministrators = CapabilitySet([Capability.admin])

    package func contains(_ capability: Capability) -> Bool { rawValue & CapabilitySet.bit(of: capability) != 0 }

    /// The names, in the order of the capabilities' declaration.
    package var names: [String] { Capability.allCases.filter(contains).map(\.rawValue) }

    private static func bit(of capability: Capability) -> UInt8 {
        switch capability {
        case .identityRead: 1
        case .profileRead: 2
        case .tokenRead: 4
        case .sessionTouch: 8
        case .sessionWrite: 16
        case .admin: 32
        case .signInShow: 64
        }
    }
}
