// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Runs what waits on a thread of its own.
///
/// The session and its authority need threads of the pool, which has as many as there are cores: tests that held
/// them while they wait would wait for one another.
func waiting<Value>(_ body: @escaping () throws -> Value) async throws -> Value {
    nonisolated(unsafe) let body = body
    let outcome: Unchecked<Result<Value, any Error>> = await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: Unchecked(value: Result { try body() })) }
    }
    return try outcome.value.get()
}

// @unchecked: nobody else has the value.
private struct Unchecked<Value>: @unchecked Sendable {
    let value: Value
}
