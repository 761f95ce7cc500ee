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
    /// What it may be called with.
    public static let parameterNames = ["protocol", "client"]
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
public struct GetInfo: ParameterlessRequest {
    /// What is answered.
    public typealias Response = InfoAnswer
    /// `daemon.info`.
    public static let method = Method.info
    /// The request.
    public init() {}
}

/// Asks whether the daemon can do its work; no parameters.
public struct GetHealth: ParameterlessRequest {
    /// What is answered.
    public typealias Response = HealthAnswer
    /// `daemon.health`.
    public static let method = Method.health
    /// The request.
    public init() {}
}

/// Asks what the daemon counts and measures; no parameters.
public struct GetMetrics: ParameterlessRequest {
    /// What is answered.
    public typealias Response = MetricsAnswer
    /// `daemon.metrics`.
    public static let method = Method.metrics
    /// The request.
    public init() {}
}

/// Asks for a description of the protocol; no parameters.
public struct Discover: ParameterlessRequest {
    /// What is answered.
    public typealias Response = DescriptionAnswer
    /// `rpc.discover`.
    public static let method = Method.discover
    /// The request.
    public init() {}
}

/// Has the daemon log from another level on, until it is changed again or the daemon restarts: then `--log-level`
/// counts. The configuration has no such setting, and a reload does not change it.
///
/// ```json
/// {"level":"debug"}
/// ```
public struct SetLogLevel: SessionRequest {
    /// The levels, from the one with which most is logged.
    public enum Level: String, Sendable, CaseIterable {
        /// Every step.
        case trace
        /// What helps to find a fault.
        case debug
        /// What happens in the normal course, calls that change the session among it.
        case info
        /// What is of note.
        case notice
        /// What is odd, and stops nobody.
        case warning
        /// What has failed.
        case error
        /// What leaves the daemon without its use.
        case critical
    }

    /// What is answered.
    public typealias Response = Done
    /// `daemon.setLogLevel`.
    public static let method = Method.setLogLevel
    /// What it may be called with.
    public static let parameterNames = ["level"]
    /// The lowest level that is logged from now on.
    public var level: Level

    /// The request.
    public init(level: Level) { self.level = level }

    /// Reads `level`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        level = try parameters.required("level", try parameters.word("level", Level.self))
    }

    /// Writes `level`.
    public func write(to writer: inout JSONWriter) { writer.member("level", level.rawValue) }
}

/// Has the daemon read its configuration again, and go on with what can be changed while it runs.
///
/// A configuration that cannot be used is `notConfigured`, with file, line and accepted form, and the one before stays
/// in force as a whole.
///
/// ```json
/// {"dryRun":true}
/// ```
public struct Reload: SessionRequest {
    /// What is answered.
    public typealias Response = ReloadAnswer
    /// `daemon.reload`.
    public static let method = Method.reload
    /// What it may be called with.
    public static let parameterNames = ["dryRun"]
    /// Whether it is only said what would be done.
    public var dryRun: Bool

    /// Whether it is not only asked for.
    public var isMutation: Bool { !dryRun }

    /// The request.
    public init(dryRun: Bool = false) { self.dryRun = dryRun }

    /// Reads `dryRun`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        dryRun = try parameters.bool("dryRun") ?? false
    }

    /// Writes `dryRun` where it is true.
    public func write(to writer: inout JSONWriter) {
        if dryRun { writer.member("dryRun", true) }
    }
}
