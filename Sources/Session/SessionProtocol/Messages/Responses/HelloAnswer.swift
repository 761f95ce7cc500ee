// SPDX-License-Identifier: Apache-2.0

/// What `daemon.hello` agrees on.
///
/// ```json
/// {"protocol":1,"server":"sessiond/1.0.0","features":[],"capabilities":["identity.read"],"generation":1}
/// ```
public struct HelloAnswer: SessionResponse {
    /// The version spoken on this connection from now on.
    public var protocolVersion: Int64
    /// The daemon's name and version.
    public var server: String
    /// What was added to the protocol since 1.0.
    public var features: [String]
    /// What the caller may do, by name.
    public var capabilities: [String]
    /// The customer's generation; `nil` where the stored session cannot be read.
    public var generation: Int64?
    /// The pages that the connection speaks for from now on; `nil`: for none, whatever was asked for.
    public var onBehalfOf: OnBehalfOf?

    /// An answer of those parts.
    public init(
        protocolVersion: Int64, server: String, features: [String], capabilities: [String], generation: Int64?,
        onBehalfOf: OnBehalfOf? = nil
    ) {
        (self.protocolVersion, self.server, self.features) = (protocolVersion, server, features)
        (self.capabilities, self.generation, self.onBehalfOf) = (capabilities, generation, onBehalfOf)
    }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        protocolVersion = try reader.requiredInteger("protocol")
        server = try reader.requiredText("server")
        features = reader.texts("features")
        capabilities = reader.texts("capabilities")
        generation = reader.integer("generation")
        onBehalfOf = OnBehalfOf(answer: reader.any(OnBehalfOf.name))
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("protocol", protocolVersion)
        writer.member("server", server)
        writer.member("features", features)
        writer.member("capabilities", capabilities)
        writer.member("generation", generation)
        onBehalfOf?.write(to: &writer)
        writer.endObject()
    }
}
