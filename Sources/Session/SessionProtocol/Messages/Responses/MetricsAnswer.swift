// SPDX-License-Identifier: Apache-2.0

/// What the daemon counts and measures, in the text format of OpenMetrics.
///
/// ```json
/// {"contentType":"application/openmetrics-text; version=1.0.0; charset=utf-8","text":"# TYPE … # EOF\n"}
/// ```
public struct MetricsAnswer: SessionResponse {
    /// The format of the text, as HTTP names it.
    public var contentType: String
    /// The metrics: lines, the last of which is `# EOF`.
    public var text: String

    /// An answer of those parts.
    public init(contentType: String, text: String) { (self.contentType, self.text) = (contentType, text) }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        contentType = try reader.requiredText("contentType")
        text = try reader.requiredText("text")
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("contentType", contentType)
        writer.member("text", text)
        writer.endObject()
    }
}
