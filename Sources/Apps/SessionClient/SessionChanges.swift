// SPDX-License-Identifier: Apache-2.0

/// The session as it is now, and every change of it from then on: ``SessionClient/changes()``.
///
/// Each iteration follows the session by itself, on a connection and a thread of its own, from its first element until
/// it is let go of.
public struct SessionChanges: AsyncSequence, Sendable {
    /// What it gives.
    public typealias Element = SessionChange
    /// It does not fail: what goes wrong is a change of its own.
    public typealias Failure = Never

    private let client: SessionClient

    init(_ client: SessionClient) { self.client = client }

    /// Begins an iteration.
    public func makeAsyncIterator() -> Iterator { Iterator(client) }

    /// One iteration; letting go of it ends it.
    public struct Iterator: AsyncIteratorProtocol {
        private enum Stage {
            case notBegun
            case following(ChangeWatch)
            case over
        }

        // Kept: an iteration lasts longer than the app's own reference to its client.
        private let client: SessionClient
        private var stage = Stage.notBegun

        init(_ client: SessionClient) { self.client = client }

        /// The next change; `nil` once the task is cancelled or the client closed, and from then on.
        public mutating func next() async -> SessionChange? { await next(isolation: nil) }

        /// The next change; `nil` once the task is cancelled or the client closed, and from then on.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> SessionChange? {
            switch stage {
            case .over: return nil
            case .following(let watch):
                let change = await watch.next()
                if change == nil { stage = .over }
                return change
            case .notBegun:
                do throws(ClientError) { stage = .following(try client.beginWatch()) } catch {
                    stage = .over
                    return error.code == .closed ? nil : SessionChange(.interrupted(error), previous: nil, status: nil)
                }
                return await next(isolation: actor)
            }
        }
    }
}
