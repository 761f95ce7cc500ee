// SPDX-License-Identifier: Apache-2.0

/// A description of the protocol that programs read: an OpenRPC document, see https://spec.open-rpc.org.
///
/// ```json
/// {"openrpc":"1.2.6","info":{…},"servers":[…],"methods":[…],"components":{"schemas":{…},"errors":{…}}}
/// ```
public struct DescriptionAnswer: SessionResponse {
    /// The document.
    public var document: JSONValue

    /// An answer with that document.
    public init(document: JSONValue) { self.document = document }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) { document = reader.value }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) { writer.value(document) }
}
