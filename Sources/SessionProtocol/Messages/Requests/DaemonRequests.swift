// SPDX-License-Identifier: Apache-2.0

/// Agrees on a version of the protocol; optional, and the first request where it is sent.
///
/// ```json
/// {"protocol":[1],"client":"till/4.2"}
/// ```
public struct Hello: SessionRequest {
    /// What is answered.
    public typealias Response = HelloAnswer
    /// `daemon.hello`.
    public static let method = Method.hello
    /// The versions that the client speaks.
    public var protocolVersions: [Int64]
    /// The client's name and version; `nil`: not said.
    public var client: String?

    /// The request.
    public init(protocolVersions: [Int64] = [1], client: String? = nil) {
        (self.protocolVersions, self.client) = (protocolVersions, client)
    }

    /// Reads `protocol` and `client`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        protocolVersions = try parameters.required("protocol", try parameters.integers("protocol"))
        client = try parameters.text("client", .identifier)
    }

    /// Reads parameters and, unlike other requests, ignores what it does not know: a later client may say more.
    public init(parameters: [JSONMember]) throws(SessionError) {
        var reader = ParameterReader(parameters)
        try self.init(from: &reader)
    }

    /// Writes `protocol` and `client`.
    public func write(to writer: inout JSONWriter) {
        writer.member("protocol", .array(protocolVersions.map { .number(JSONNumber($0)) }))
        writer.member("client", client)
    }
}

/// Asks what runs, since when, with which configuration; no parameters.
public struct GetInfo: SessionRequest {
    /// What is answered.
    public typealias Response = InfoAnswer
    /// `daemon.info`.
    public static let method = Method.info
    /// The request.
    public init() {}
    /// Reads no parameter.
    public init(from parameters: inout ParameterReader) throws(SessionError) {}
    /// Writes no parameter.
    public func write(to writer: inout JSONWriter) {}
}

/// Asks whether the daemon can do its work; no parameters.
public struct GetHealth: SessionRequest {
    /// What is answered.
    public typealias Response = HealthAnswer
    /// `daemon.health`.
    public static let method = Method.health
    /// The request.
    public init() {}
    /// Reads no parameter.
    public init(from parameters: inout ParameterReader) throws(SessionError) {}
    /// Writes no parameter.
    public func write(to writer: inout JSONWriter) {}
}
