// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A value that one thread changes and another waits for.
// @unchecked: `value` is only touched while `condition` is held.
final class Watched<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var value: Value

    init(_ value: Value) { self.value = value }

    package func change<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try condition.withLock {
            defer { condition.broadcast() }
            return try body(&value)
        }
    }

    /// Waits until the value is as wanted, and returns it.
    @discardableResult
    package func wait(_ what: String, until isWanted: (Value) -> Bool) throws -> Value {
        let end = Date(timeIntervalSinceNow: TestClient.patienceSeconds)
        return try condition.withLock {
            while !isWanted(value) {
                guard condition.wait(until: end) else { throw TestFailure("in vain: waiting for \(what)") }
            }
            return value
        }
    }
}

/// What a test cannot go on without.
struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// A system call that failed just now.
    init(call: String) { description = "\(call): \(String(cString: strerror(errno)))" }
}
