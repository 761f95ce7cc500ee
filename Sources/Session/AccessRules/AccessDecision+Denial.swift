// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

extension AccessDecision {
    /// The error for a caller without a capability, with the line that would grant it, where one can.
    package func denial(of capability: Capability) -> SessionError {
        SessionError(
            .permissionDenied,
            "user \(caller.uid) has no right to \(capability.rawValue)"
                + (isObserver ? " on the observers' socket" : ""),
            hint: hint(on: capability), details: [JSONMember("capability", .string(capability.rawValue))])
    }

    private func hint(on capability: Capability) -> String {
        if isObserver { return "that socket never gives more than identity.read: connect to the one for apps" }
        guard let line = line(granting: capability) else {
            return "no rule can name user \(caller.uid), which stands for every user that is not known here: "
                + "run the caller as a user of its own, and without PrivateUsers="
        }
        let grant = "an administrator can grant it in [Access]: \(line)"
        let unknown = unknownNames(granting: capability)
        guard let first = unknown.first else { return grant }
        let more = unknown.count > 1 ? " and \(unknown.count - 1) more" : ""
        return "\(first)\(more) may have it, and cannot be looked up now: see sessionctl health; or \(grant)"
    }

    private func unknownNames(granting capability: Capability) -> [String] {
        rules(that: .isNotKnown, granting: capability).compactMap { place in
            guard case .unknown(let name) = findings[place].rule.subject else { return nil }
            return name
        }
    }
}

extension AccessPolicy {
    /// The error for a caller without a capability.
    package func denial(of capability: Capability, to caller: Credentials, isObserver: Bool) -> SessionError {
        decision(on: caller, isObserver: isObserver).denial(of: capability)
    }
}
