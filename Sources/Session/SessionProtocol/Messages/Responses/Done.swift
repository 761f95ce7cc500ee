// SPDX-License-Identifier: Apache-2.0

/// An answer that says no more than that it was done: `{}`.
public struct Done: SessionResponse {
    /// The answer.
    public init() {}

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {}

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.endObject()
    }
}
