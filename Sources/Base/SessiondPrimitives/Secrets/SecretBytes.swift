// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

/// A key, in memory of its own: never swapped, in no core dump, overwritten at its end; and nothing prints it.
///
/// Who needs the bytes works on them where they are. They are written once, before anybody else has the object.
package final class SecretBytes: Sendable {
    /// How many there are.
    package let count: Int
    /// Whether the kernel keeps them out of the swap, mlock(2); it does not where `RLIMIT_MEMLOCK` is used up.
    package let isLocked: Bool

    private nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer
    private let release: Release

    /// What gives the overwritten memory back.
    typealias Release = @Sendable (UnsafeMutableRawBufferPointer) -> Void

    /// Takes over what a closure writes into memory of that many bytes, of which it returns how many count.
    ///
    /// - Throws: What the closure throws; nothing that it has written is left then.
    package convenience init<Failure: Error>(
        capacity: Int, writtenBy write: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        try self.init(capacity: capacity, release: { munmap($0.baseAddress, $0.count) }, writtenBy: write)
    }

    init<Failure: Error>(
        capacity: Int, release: @escaping Release,
        writtenBy write: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        (memory, self.release) = (Self.map(capacity), release)
        isLocked = mlock(memory.baseAddress, memory.count) == 0
        do throws(Failure) {
            count = min(try write(UnsafeMutableRawBufferPointer(rebasing: memory[..<capacity])), capacity)
        } catch {
            Self.wipe(memory)
            release(memory)
            throw error
        }
    }

    deinit {
        Self.wipe(memory)
        release(memory)
    }

    /// Lends the bytes out; the body must keep no copy.
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<count]))
    }

    /// Draws new ones from the kernel, getrandom(2).
    package static func random(count: Int) -> SecretBytes {
        SecretBytes(capacity: count) { memory in
            var generator = SystemRandomNumberGenerator()
            for index in memory.indices { memory[index] = generator.next() }
            return count
        }
    }

    /// Whole pages: what is said of memory by mlock(2) and madvise(2) holds for pages.
    private static func map(_ capacity: Int) -> UnsafeMutableRawBufferPointer {
        let page = sysconf(Int32(_SC_PAGESIZE))
        let size = max(1, (capacity + page - 1) / page) * page
        let address = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        // Without memory no Swift program goes on.
        precondition(address != MAP_FAILED, "mmap: error \(errno)")
        madvise(address, size, MADV_DONTDUMP)
        return UnsafeMutableRawBufferPointer(start: address, count: size)
    }

    private static func wipe(_ memory: UnsafeMutableRawBufferPointer) {
        guard let start = memory.baseAddress else { return }
        clinux_explicit_bzero(start, memory.count)
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What is shown instead of a secret.
    package static let placeholder = "[redacted]"
    /// The placeholder.
    package var description: String { SecretBytes.placeholder }
    package var debugDescription: String { description }
    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
