// SPDX-License-Identifier: Apache-2.0

/// A customer's UUID.
///
/// ```json
/// {"uuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee"}
/// ```
public struct UUIDAnswer: SessionResponse {
    /// The UUID.
    public var uuid: CustomerUUID

    /// An answer with that UUID.
    public init(uuid: CustomerUUID) { self.uuid = uuid }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) { uuid = try reader.requiredUUID("uuid") }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("uuid", uuid.description)
        writer.endObject()
    }
}
