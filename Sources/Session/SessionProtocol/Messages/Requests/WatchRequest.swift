// SPDX-License-Identifier: Apache-2.0

/// Asks for the session as it is, and for every transition from then on, as ``SessionEvent`` notifications.
///
/// A connection watches once: another request begins anew.
///
/// ```json
/// {"since":1795410123007}
/// ```
public struct Watch: SessionRequest {
    /// What is answered.
    public typealias Response = WatchAnswer
    /// `session.watch`.
    public static let method = Method.watch
    /// What it may be called with.
    public static let parameterNames = ["since"]
    /// The sequence number of the last event that the caller knows of; `nil`: none.
    public var since: Int64?

    /// The request.
    public init(since: Int64? = nil) { self.since = since }

    /// Reads `since`.
    public init(from parameters: inout ParameterReader) throws(SessionError) {
        since = try parameters.integer("since", in: 0...Int64.max)
    }

    /// Writes `since`.
    public func write(to writer: inout JSONWriter) { writer.member("since", since) }
}
