// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// A queue from many threads to one.
package final class Mailbox<Element: Sendable>: Sendable {
    private let elements = Monitor<[Element]>([])

    package init() {}

    /// Puts an element behind those that are there; says whether there were none.
    @discardableResult
    package func post(_ element: Element) -> Bool {
        elements.withLock { elements in
            elements.append(element)
            return elements.count == 1
        }
    }

    /// Takes all that is there, in order.
    package func takeAll() -> [Element] { elements.withLock { Mailbox.take(&$0) } }

    /// Waits until something is there, and takes all of it, in order.
    package func waitForAll() -> [Element] {
        elements.withLock(when: { !$0.isEmpty }, { Mailbox.take(&$0) })
    }

    private static func take(_ elements: inout [Element]) -> [Element] {
        let taken = elements
        elements.removeAll()
        return taken
    }
}
