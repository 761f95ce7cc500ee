// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Standard output and standard error, written at once and checked.
struct StandardStream {
    static let output = StandardStream(descriptor: STDOUT_FILENO)
    static let error = StandardStream(descriptor: STDERR_FILENO)

    let descriptor: Int32

    /// Makes a pipe that nobody reads an error of write(2), and sees to it that no socket takes the number of a
    /// standard stream that the caller has closed.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The wrong way round, so that its use is an error as it is with a closed one.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Writes everything.
    ///
    /// - Throws: ``CommandFailure`` where that is not possible: a full disk, a pipe that nobody reads.
    func write(_ text: String) throws(CommandFailure) {
        var text = text
        let succeeded = text.withUTF8 { buffer in
            var left = UnsafeRawBufferPointer(buffer)
            while !left.isEmpty {
                let count = Glibc.write(descriptor, left.baseAddress, left.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                left = UnsafeRawBufferPointer(rebasing: left[count...])
            }
            return true
        }
        guard succeeded else {
            let isUnread = errno == EPIPE
            var failure = CommandFailure.system(
                .outputError, name: "outputError", "the answer cannot be written to standard output")
            failure.isSilent = isUnread
            throw failure
        }
    }

    /// Writes what can be written: where standard error is gone, there is nobody left to tell.
    func writeIgnoringErrors(_ text: String) { try? write(text) }
}
