// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondPrimitives

/// One iteration of ``SessionChanges``: a thread that follows the session, for as long as this lives.
final class ChangeWatch: Sendable {
    private let queue = ChangeQueue()
    private let control = FollowControl()

    /// Begins to follow.
    ///
    /// - Throws: the errno of pthread_create(3).
    init(_ path: SocketPath) throws(SystemError) {
        let (queue, control) = (queue, control)
        let failure = DetachedThread.start(name: "sessiond-watch") {
            var follower = SessionFollower(path: path, control: control)
            while let update = follower.next() { queue.put(update.change) }
        }
        guard failure == 0 else { throw SystemError(call: .thread, number: failure) }
    }

    deinit { end() }

    /// The next change; `nil` after the end, or a cancellation, which is one.
    func next() async -> SessionChange? {
        let change = await queue.next()
        // Cancelled: nobody will ask again.
        if change == nil { control.end() }
        return change
    }

    /// Ends it, wherever it waits.
    func end() {
        control.end()
        queue.end()
    }
}
