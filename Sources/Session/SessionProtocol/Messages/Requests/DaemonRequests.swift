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
    public static let parameterNames = ["protocol", "client", "onBehalfOf"]
    /// The versions that the client speaks.
    public var protocolVersions: [Int64]
    /// The client's name and version; `nil`: not said.
    public var client: String?
    /// The web pages that the connection speaks for from now on; `nil`: for none.
    public var onBehalfOf: OnBehalfOf?

    /// The request.
    public init(protocolVersions: [Int64] = [1], client: String? = nil, onBehalfOf: OnBehalfOf? = nil) {
        (self.protocolVersions, self.client, self.onBehalfOf) = (protocolVersions, client, onBehalfOf)
    }

    /// Reads `protocol`, `client` and `onBehalfOf`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        protocolVersions = try parameters.required("protocol", try parameters.integers("protocol"))
        client = try parameters.text("client", .identifier)
        onBehalfOf = try parameters.object(OnBehalfOf.name).map { value throws(SessionError) in
            try OnBehalfOf(parameter: value)
        }
    }

    /// Reads parameters and, unlike other requests, ignores what it does not know: a later client may say more.
    public init(parameters: [JSONMember]) throws(SessionError) {
        var reader = ParameterReader(parameters)
        try self.init(from: &reader)
    }

    /// Writes `protocol`, `client` and `onBehalfOf`.
    public func write(to writer: inout JSONWriter) {
        writer.member("protocol", .array(protocolVersions.map { .number(JSONNumber($0)) }))
        writer.member("client", client)
        onBehalfOf?.write(to: &writer)
    }
}

/// The web pages that a connection speaks for, which takes rights from it and gives it none: their host says so in its
/// ``Hello``, and the answer repeats it where the daemon has understood.
///
/// ```json
/// {"origin":"https://till.example.com"}
/// ```
public struct OnBehalfOf: Sendable, Equatable {
    /// What a daemon has in its `features` that knows this.
    public static let feature = "onBehalfOf"
    static let name = "onBehalfOf"

    /// The pages' origin, as the browser serialises it.
    public var origin: String

    /// Pages of an origin.
    public init(origin: String) { self.origin = origin }

    // Unlike in the rest of the request, what is not known is refused: it could take away more.
    init(parameter: JSONValue) throws(SessionError) {
        var reader = ParameterReader(parameter.members ?? [])
        do throws(SessionError) { origin = try reader.requiredText("origin", .origin) } catch {
            throw .invalidParameter(OnBehalfOf.name, "must have an \"origin\" of 1 to 300 visible ASCII characters")
        }
        guard reader.isExhausted else {
            throw .invalidParameter(OnBehalfOf.name, "must have no other member than \"origin\"")
        }
    }

    init?(answer: JSONValue?) {
        guard let origin = answer?["origin"]?.string else { return nil }
        self.origin = origin
    }

    func write(to writer: inout JSONWriter) {
        writer.object(OnBehalfOf.name) { $0.member("origin", origin) }
    }
}

/// Asks which web origins are listed in the configuration: for whoever shows pages, and lets no others speak.
///
/// ```json
/// {"follow":true}
/// ```
public struct GetOrigins: SessionRequest {
    /// What is answered.
    public typealias Response = OriginsAnswer
    /// `daemon.origins`.
    public static let method = Method.origins
    /// What it may be called with.
    public static let parameterNames = ["follow"]
    /// Whether each further list comes as a notification, ``OriginsAnswer/notification``, for as long as the connection
    /// lasts.
    public var follow: Bool
    /// See ``OnBehalfOf``.
    public var feature: String? { OnBehalfOf.feature }

    /// The request.
    public init(follow: Bool = false) { self.follow = follow }

    /// Reads `follow`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        follow = try parameters.bool("follow") ?? false
    }

    /// Writes `follow` where it is true.
    public func write(to writer: inout JSONWriter) {
        if follow { writer.member("follow", true) }
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
