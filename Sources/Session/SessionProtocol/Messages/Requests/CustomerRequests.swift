// SPDX-License-Identifier: Apache-2.0

/// Begins a new anonymous customer; refused while somebody is signed in or recognised by Simple Authentication.
///
/// ```json
/// {"clientIdentifier":"customer@synerise.com"}
/// ```
public struct RegenerateUUID: SessionMutation {
    /// What is answered.
    public typealias Response = NewCustomerAnswer
    /// `session.regenerateUUID`.
    public static let method = Method.regenerateUUID
    /// What it may be called with.
    public static let parameterNames = ["clientIdentifier", "ifGeneration"]
    /// What the UUID is derived from: the same identifier gives the same UUID; `nil`: a new one by chance.
    public var clientIdentifier: String?
    /// The generation that the caller means; `nil`: any.
    public var ifGeneration: Int64?

    /// The request.
    public init(clientIdentifier: String? = nil, ifGeneration: Int64? = nil) {
        (self.clientIdentifier, self.ifGeneration) = (clientIdentifier, ifGeneration)
    }

    /// Reads `clientIdentifier`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        clientIdentifier = try parameters.text("clientIdentifier", .identifier)
        ifGeneration = try parameters.ifGeneration()
    }

    /// Writes `clientIdentifier`.
    public func write(to writer: inout JSONWriter) {
        writer.member("clientIdentifier", clientIdentifier)
        writer.member("ifGeneration", ifGeneration)
    }
}

/// Ends the session, forgets everything about the customer and begins a new anonymous one.
public struct Destroy: SessionMutation {
    /// What is answered.
    public typealias Response = NewCustomerAnswer
    /// `session.destroy`.
    public static let method = Method.destroy
    /// What it may be called with.
    public static let parameterNames = ["discardUnreadable", "ifGeneration"]
    /// Whether a stored session that cannot be read may be thrown away; the way out of `storeLocked`.
    public var discardUnreadable: Bool
    /// The generation that the caller means; `nil`: any.
    public var ifGeneration: Int64?

    /// The request.
    public init(discardUnreadable: Bool = false, ifGeneration: Int64? = nil) {
        (self.discardUnreadable, self.ifGeneration) = (discardUnreadable, ifGeneration)
    }

    /// Reads `discardUnreadable`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        discardUnreadable = try parameters.bool("discardUnreadable") ?? false
        ifGeneration = try parameters.ifGeneration()
    }

    /// Writes `discardUnreadable`.
    public func write(to writer: inout JSONWriter) {
        writer.member("discardUnreadable", discardUnreadable ? true : nil)
        writer.member("ifGeneration", ifGeneration)
    }
}

/// Ends the customer's session; works without a network, and twice.
///
/// ```json
/// {"mode":"destroy","fromAllDevices":true}
/// ```
public struct SignOut: SessionMutation {
    /// What becomes of the customer's identity.
    public enum Mode: String, Sendable, CaseIterable {
        /// The UUID and the labels stay.
        case signOut
        /// As ``Destroy``.
        case destroy
    }

    /// What is answered.
    public typealias Response = SignOutAnswer
    /// `session.signOut`.
    public static let method = Method.signOut
    /// What it may be called with.
    public static let parameterNames = ["mode", "fromAllDevices", "ifGeneration"]
    /// What becomes of the customer's identity.
    public var mode: Mode
    /// Whether the authority is asked to end the customer's sessions everywhere.
    public var fromAllDevices: Bool
    /// The generation that the caller means; `nil`: any.
    public var ifGeneration: Int64?

    /// The request.
    public init(mode: Mode = .signOut, fromAllDevices: Bool = false, ifGeneration: Int64? = nil) {
        (self.mode, self.fromAllDevices, self.ifGeneration) = (mode, fromAllDevices, ifGeneration)
    }

    /// Reads `mode` and `fromAllDevices`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        mode = try parameters.word("mode", Mode.self) ?? .signOut
        fromAllDevices = try parameters.bool("fromAllDevices") ?? false
        ifGeneration = try parameters.ifGeneration()
    }

    /// Writes what differs from the defaults.
    public func write(to writer: inout JSONWriter) {
        writer.member("mode", mode == .signOut ? nil : mode.rawValue)
        writer.member("fromAllDevices", fromAllDevices ? true : nil)
        writer.member("ifGeneration", ifGeneration)
    }
}

/// Sets or clears the labels; they are no authentication.
///
/// ```json
/// {"customEmail":"customer@example.com","customIdentifier":null}
/// ```
public struct SetIdentity: SessionMutation {
    /// What is answered.
    public typealias Response = SessionStatus
    /// `session.setIdentity`.
    public static let method = Method.setIdentity
    /// What it may be called with.
    public static let parameterNames = ["customEmail", "customIdentifier", "ifGeneration"]
    /// What becomes of the label for an e-mail.
    public var customEmail: Change<String>
    /// What becomes of the label for an identifier.
    public var customIdentifier: Change<String>
    /// The generation that the caller means; `nil`: any.
    public var ifGeneration: Int64?

    /// The request.
    public init(
        customEmail: Change<String> = .keep, customIdentifier: Change<String> = .keep, ifGeneration: Int64? = nil
    ) {
        (self.customEmail, self.customIdentifier) = (customEmail, customIdentifier)
        self.ifGeneration = ifGeneration
    }

    /// Reads `customEmail` and `customIdentifier`, of which one must be there; `null` clears.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        customEmail = try parameters.change("customEmail", .email)
        customIdentifier = try parameters.change("customIdentifier", .identifier)
        ifGeneration = try parameters.ifGeneration()
        guard customEmail != .keep || customIdentifier != .keep else {
            throw .invalidParameter("customEmail", "is missing, and so is customIdentifier: one of them must be there")
        }
    }

    /// Writes the labels that change.
    public func write(to writer: inout JSONWriter) {
        for (name, change) in [("customEmail", customEmail), ("customIdentifier", customIdentifier)] {
            switch change {
            case .keep: break
            case .clear: writer.member(name, JSONValue.null)
            case .set(let text): writer.member(name, text)
            }
        }
        writer.member("ifGeneration", ifGeneration)
    }
}
