// SPDX-License-Identifier: Apache-2.0

/// What runs, since when, with which configuration.
///
/// ```json
/// {"server":"sessiond/1.0.0","protocol":[1],"features":[],"startedAt":"2026-11-23T05:02:03Z",
///  "configuration":{"files":["/etc/sessiond/sessiond.conf"],"loadedAt":"2026-11-23T05:02:03Z"},
///  "stateDirectory":"/var/lib/sessiond",
///  "jwk":{"kty":"EC","crv":"P-256","x":"…","y":"…","alg":"ES256","use":"sig","kid":"…"}}
/// ```
public struct InfoAnswer: SessionResponse {
    /// Where the daemon's settings come from.
    public struct Configuration: Sendable, Equatable {
        /// The files that were read, in order; one that the daemon was started with, also where it cannot be used.
        public var files: [String]
        /// When.
        public var loadedAt: Timestamp
        /// What is wrong with them; `nil` where nothing is.
        public var problem: String?

        /// A configuration read at that time.
        public init(files: [String], loadedAt: Timestamp, problem: String? = nil) {
            (self.files, self.loadedAt, self.problem) = (files, loadedAt, problem)
        }
    }

    /// The daemon's name and version.
    public var server: String
    /// The versions of the protocol that it speaks.
    public var protocolVersions: [Int64]
    /// What was added to the protocol since 1.0.
    public var features: [String]
    /// When it started.
    public var startedAt: Timestamp
    /// Where its settings come from.
    public var configuration: Configuration
    /// The folder that it stores the session in; `nil`: it does not say.
    public var stateDirectory: String?
    /// The public key of the `local` authority's tokens (RFC 7517); `nil` with another authority.
    public var jwk: JSONValue?

    /// An answer of those parts.
    public init(
        server: String, protocolVersions: [Int64], features: [String], startedAt: Timestamp,
        configuration: Configuration, stateDirectory: String? = nil, jwk: JSONValue?
    ) {
        (self.server, self.protocolVersions, self.features) = (server, protocolVersions, features)
        (self.startedAt, self.configuration) = (startedAt, configuration)
        (self.stateDirectory, self.jwk) = (stateDirectory, jwk)
    }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        server = try reader.requiredText("server")
        protocolVersions = reader.integers("protocol")
        features = reader.texts("features")
        startedAt = try reader.required("startedAt", reader.timestamp("startedAt"))
        let files = try reader.requiredObject("configuration")
        configuration = Configuration(
            files: files.texts("files"),
            loadedAt: try files.required("loadedAt", files.timestamp("loadedAt")),
            problem: files.text("problem")
        )
        stateDirectory = reader.text("stateDirectory")
        jwk = reader.any("jwk")
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("server", server)
        writer.member("protocol", .array(protocolVersions.map { .number(JSONNumber($0)) }))
        writer.member("features", features)
        writer.member("startedAt", startedAt.description)
        writer.object("configuration") { object in
            object.member("files", configuration.files)
            object.member("loadedAt", configuration.loadedAt.description)
            object.member("problem", configuration.problem)
        }
        writer.member("stateDirectory", stateDirectory)
        writer.member("jwk", jwk)
        writer.endObject()
    }
}
