// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

extension AccessDecision {
    /// The error for a caller without a capability, with the line that would grant it, or the lines, where they can.
    package func denial(of capability: Capability) -> SessionError {
        SessionError(
            .permissionDenied, denialText(capability),
            hint: hint(on: capability), details: [JSONMember("capability", .string(capability.rawValue))])
    }

    // Where both lack it, that is said of the pages, and the hint has a line for each.
    private func denialText(_ capability: Capability) -> String {
        if let page, !page.capabilities.contains(capability) {
            return "pages of \(page.origin) have no right to \(capability.rawValue)"
        }
        return "user \(caller.uid) has no right to \(capability.rawValue)"
            + (isObserver ? " on the observers' socket" : "")
    }

    private func hint(on capability: Capability) -> String {
        guard let page, !page.capabilities.contains(capability) else { return ownHint(on: capability) }
        guard let line = originLine(granting: capability) else { return "no line can grant that to pages" }
        let grant = "an administrator can grant it in [Access]: \(line)"
        return ownCapabilities.contains(capability) ? grant : "\(grant); and their user: \(ownHint(on: capability))"
    }

    private func ownHint(on capability: Capability) -> String {
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
    package func denial(
        of capability: Capability, to caller: Credentials, isObserver: Bool, onBehalfOf origin: WebOrigin? = nil
    ) -> SessionError {
        decision(on: caller, isObserver: isObserver, onBehalfOf: origin).denial(of: capability)
    }
}
