// SPDX-License-Identifier: Apache-2.0

/// Where a watch begins.
///
/// ```json
/// {"snapshot":{"state":"anonymous",…},"sequence":1795410123007,"resumed":false}
/// ```
public struct WatchAnswer: SessionResponse {
    /// The session as it is now.
    public var snapshot: SessionStatus
    /// The number of the last event before those that follow: the caller's `since` where the watch is resumed, else
    /// that of the last transition that the snapshot shows.
    public var sequence: Int64
    /// Whether every event after `since` follows. Where it is false, what happened in between is not told: compare the
    /// snapshot with what was known.
    public var resumed: Bool

    /// An answer of those parts.
    public init(snapshot: SessionStatus, sequence: Int64, resumed: Bool) {
        (self.snapshot, self.sequence, self.resumed) = (snapshot, sequence, resumed)
    }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        snapshot = try SessionStatus(from: reader.requiredObject("snapshot"))
        sequence = try reader.requiredInteger("sequence")
        resumed = try reader.requiredBool("resumed")
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("snapshot")
        snapshot.write(to: &writer)
        writer.member("sequence", sequence)
        writer.member("resumed", resumed)
        writer.endObject()
    }
}
