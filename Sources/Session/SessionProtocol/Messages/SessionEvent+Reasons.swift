// SPDX-License-Identifier: Apache-2.0

/// Why, as a name to switch over: which it is depends on the kind.
extension SessionEvent {
    /// Why the customer's session ended; `nil` in any other event than `signedOut`.
    public var endReason: EndReason? { kind == .signedOut ? reason.map(EndReason.init) : nil }

    /// Why there is another UUID; `nil` in any other event than `uuidChanged`.
    public var uuidReason: UUIDReason? { kind == .uuidChanged ? reason.map(UUIDReason.init) : nil }

    /// Which end of the policy is near, or not any more; `nil` in any other event than `expiringSoon` and
    /// `expiringSoonWithdrawn`.
    public var comingEnd: EndReason? { what.map(EndReason.init) }

    /// Why a sign-in at the authority failed; `nil` where it did not, and in any other event than `signInEnded`.
    public var signInFailure: ErrorName? { outcome == .failed ? reason.map(ErrorName.init) : nil }
}

extension SessionEvent: CustomStringConvertible, CustomDebugStringConvertible {
    /// What happened, why, and the session after it; nothing that tells who the customer is but the UUID.
    public var description: String {
        let why = (reason ?? what ?? outcome?.rawValue).map { " (\($0))" } ?? ""
        return "\(kind)\(why)" + (status.map { ": \($0)" } ?? "")
    }

    /// The same: whoever prints what an event is part of prints no login either.
    public var debugDescription: String { description }
}
