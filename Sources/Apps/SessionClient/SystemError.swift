// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A system call that failed.
package struct SystemError: Error, Equatable {
    enum Call: String {
        case socket
        case connect
        case timerfd
        case epoll
        case thread = "pthread_create"
    }

    let call: Call
    /// Its errno(3).
    let number: Int32

    /// The listening socket has as many connections waiting as it may have; it passes.
    static var queueIsFull: SystemError { SystemError(call: .connect, number: EAGAIN) }
}
