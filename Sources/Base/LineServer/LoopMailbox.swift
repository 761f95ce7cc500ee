// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import SessiondLinux

/// Messages from other threads to the loop, which is woken for them.
package final class LoopMailbox<Message: Sendable>: Sendable {
    private let waker: OwnedDescriptor
    private let mailbox = Mailbox<Message>()

    package init() throws(ServerError) { waker = try OwnedDescriptor(clinux_eventfd(), from: "eventfd") }

    /// Readable while messages wait.
    package var descriptor: Int32 { waker.number }

    /// Posts a message, from any thread.
    package func post(_ message: Message) {
        if mailbox.post(message) { clinux_eventfd_wake(descriptor) }
    }

    /// Takes the messages that wait.
    package func takeAll() -> [Message] {
        // In this order: what is posted in between wakes once more.
        clinux_eventfd_clear(descriptor)
        return mailbox.takeAll()
    }
}
