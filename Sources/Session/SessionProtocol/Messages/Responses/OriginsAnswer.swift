// SPDX-License-Identifier: Apache-2.0

/// The web origins that the configuration lists, whatever it gives them.
///
/// ```json
/// {"origins":["https://till.example.com","http://localhost:8080"]}
/// ```
public struct OriginsAnswer: SessionResponse {
    /// The notification that has the list anew, once another configuration has another one.
    public static let notification = "daemon.originsChanged"

    /// The origins, each once, in the order of the configuration.
    public var origins: [String]

    /// An answer of those origins.
    public init(origins: [String]) { self.origins = origins }

    /// Reads the `result`, or the notification's `params`.
    public init(from reader: AnswerReader) throws(SessionError) { origins = reader.texts("origins") }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("origins", origins)
        writer.endObject()
    }

    /// The notification's line, ended by LF.
    public var notificationLine: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("jsonrpc", "2.0")
        writer.member("method", OriginsAnswer.notification)
        writer.object("params") { $0.member("origins", origins) }
        writer.endObject()
        return writer.bytes + [0x0A]
    }
}
