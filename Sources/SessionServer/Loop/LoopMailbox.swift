// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import SessionCore

/// Messages from other threads to the loop, which is woken for them.
final class LoopMailbox<Message: Sendable>: Sendable {
    /// Readable while messages wait.
    let descriptor = clinux_eventfd()
    private let mailbox = Mailbox<Message>()

    deinit { close(descriptor) }

    /// Posts a message, from any thread.
    func post(_ message: Message) {
        guard mailbox.post(message) else { return }
        var one: UInt64 = 1
        // A counter that is full wakes as well.
        _ = write(descriptor, &one, 8)
    }

    /// Takes the messages that wait.
    func takeAll() -> [Message] {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
        return mailbox.takeAll()
    }
}
