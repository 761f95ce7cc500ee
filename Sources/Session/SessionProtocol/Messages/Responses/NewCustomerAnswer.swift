// SPDX-License-Identifier: Apache-2.0

/// The customer that a regeneration or a destruction has begun.
///
/// ```json
/// {"uuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee","generation":8,"durable":true}
/// ```
public struct NewCustomerAnswer: SessionResponse {
    /// The new UUID.
    public var uuid: CustomerUUID
    /// The generation it began.
    public var generation: Int64
    /// Whether the change is stored; `false`: it holds until a restart, and is stored as soon as that works again.
    public var durable: Bool

    /// An answer of those parts.
    public init(uuid: CustomerUUID, generation: Int64, durable: Bool) {
        (self.uuid, self.generation, self.durable) = (uuid, generation, durable)
    }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        uuid = try reader.requiredUUID("uuid")
        generation = try reader.requiredInteger("generation")
        durable = try reader.requiredBool("durable")
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("uuid", uuid.description)
        writer.member("generation", generation)
        writer.member("durable", durable)
        writer.endObject()
    }
}
