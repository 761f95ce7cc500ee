// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Runs system calls that return -1 and set errno where they fail.
enum SystemCall {
    /// The value of a call, which is made again whenever a signal interrupts it.
    @discardableResult
    static func run<Value: SignedInteger>(
        _ operation: StoreError.Operation, _ path: String, _ call: () -> Value
    ) throws(StoreError) -> Value {
        while true {
            let value = call()
            if value >= 0 { return value }
            let number = errno
            if number != EINTR { throw StoreError(operation, path, .system(errorNumber: number)) }
        }
    }
}

extension StoreError {
    /// The error number of a failed system call.
    var errorNumber: Int32? {
        if case .system(let number) = reason { number } else { nil }
    }
}
