// SPDX-License-Identifier: Apache-2.0

import CSessiondCrypt
import CSessiondLinux
import Glibc
import SessionProtocol

/// A password's hash in the form of crypt(5).
struct PasswordHash: Sendable, Equatable {
    /// crypt(3) gives no hash to compare with, for that errno(3): memory has run out, or the setting is malformed.
    struct NotComparable: Error, Equatable {
        var errorNumber: Int32
    }

    private let text: String

    /// The hash of that text; `nil` where crypt(3) does not know its method.
    init?(_ text: String) {
        let isLocked = text.hasPrefix("*") || text.hasPrefix("!")
        guard isLocked || [CRYPT_SALT_OK, CRYPT_SALT_METHOD_LEGACY].contains(crypt_checksalt(text)) else { return nil }
        self.text = text
    }

    private init(known text: String) { self.text = text }

    /// Whether no password fits, as crypt(5) and passwd(5) write it: `*` or `!` comes first.
    var isLocked: Bool { text.hasPrefix("*") || text.hasPrefix("!") }

    /// What is compared with where there is nothing to compare with: nobody knows a password that fits.
    static let none = PasswordHash(known: "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$...........................................")

    /// Whether this is the hash of a password; takes as long either way, by design of the method some 0.1 s.
    ///
    /// - Throws: ``NotComparable``: whether it fits is not known.
    func fits(_ password: Secret) throws(NotComparable) -> Bool {
        guard !isLocked else { return false }
        let size = MemoryLayout<crypt_data>.size
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: MemoryLayout<crypt_data>.alignment)
        scratch.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        defer {
            // The password, and what was derived from it, are in there.
            clinux_explicit_bzero(scratch, size)
            scratch.deallocate()
        }
        let outcome: Result<Bool, NotComparable> = password.withCString { phrase in
            // A C string ends at a NUL: what comes after it would not count.
            guard strlen(phrase) == password.byteCount else { return .success(false) }
            guard let result = crypt_rn(phrase, text, scratch, Int32(size)) else {
                // One that is too long for crypt(3) is nobody's.
                return errno == ERANGE ? .success(false) : .failure(NotComparable(errorNumber: errno))
            }
            return .success(isEqualInConstantTime(UnsafeBufferPointer(start: result, count: strlen(result))))
        }
        return try outcome.get()
    }

    private func isEqualInConstantTime(_ result: UnsafeBufferPointer<CChar>) -> Bool {
        let expected = text.utf8
        guard expected.count == result.count else { return false }
        return zip(expected, result).reduce(0) { $0 | ($1.0 ^ UInt8(bitPattern: $1.1)) } == 0
    }
}
