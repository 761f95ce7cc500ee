// SPDX-License-Identifier: Apache-2.0

/// What a sign-out did here and at the authority.
///
/// ```json
/// {"changed":true,"durable":true,"authority":"notNeeded","uuid":"345d4c8f-5aff-591d-a19c-1ca48923d9ee","generation":8}
/// ```
public struct SignOutAnswer: SessionResponse {
    /// Whether there was anything to end; signing out twice is no error.
    public var changed: Bool
    /// Whether the change is stored; `false`: it holds until a restart, and is stored as soon as that works again.
    public var durable: Bool
    /// What the authority did about it.
    public var authority: AuthoritySignOut
    /// The UUID now.
    public var uuid: CustomerUUID
    /// The generation now.
    public var generation: Int64

    /// An answer of those parts.
    public init(
        changed: Bool, durable: Bool, authority: AuthoritySignOut, uuid: CustomerUUID, generation: Int64
    ) {
        (self.changed, self.durable, self.authority) = (changed, durable, authority)
        (self.uuid, self.generation) = (uuid, generation)
    }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        changed = try reader.requiredBool("changed")
        durable = try reader.requiredBool("durable")
        authority = AuthoritySignOut(rawValue: try reader.requiredText("authority"))
        uuid = try reader.requiredUUID("uuid")
        generation = try reader.requiredInteger("generation")
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("changed", changed)
        writer.member("durable", durable)
        writer.member("authority", authority.rawValue)
        writer.member("uuid", uuid.description)
        writer.member("generation", generation)
        writer.endObject()
    }
}
