// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SessiondPrimitives

@Suite(.timeLimit(.minutes(10))) struct SecretBytesTests {
    private static let canary = Array("canary-of-a-key-of-32-bytes-----".utf8)

    private static func secret() -> SecretBytes {
        SecretBytes(capacity: canary.count) { memory in
            memory.copyBytes(from: canary)
            return canary.count
        }
    }

    @Test func holdsWhatWasWritten() {
        #expect(Self.secret().withUnsafeBytes { Array($0) } == Self.canary)
        let shorter = SecretBytes(capacity: 4096) { memory in
            #expect(memory.count == 4096)
            memory.copyBytes(from: [1, 2, 3])
            return 2
        }
        #expect(shorter.count == 2 && shorter.withUnsafeBytes { Array($0) } == [1, 2])
    }

    /// Whether a sanitizer is linked in, which makes mlock(2) do nothing.
    private static let isSanitized = dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil

    @Test(.disabled(if: isSanitized, "a sanitizer makes mlock(2) do nothing"))
    func isNeitherSwappedNorDumped() throws {
        let secret = Self.secret()
        try #require(secret.isLocked, "RLIMIT_MEMLOCK must let a page be locked")
        let flags = try Self.flags(of: secret)
        // proc_pid_smaps(5): locked, and not in a core dump.
        #expect(flags.contains("lo") && flags.contains("dd"))
    }

    @Test func isOverwrittenBeforeItIsGivenBack() {
        let released = Released()
        var secret: SecretBytes? = SecretBytes(capacity: 32, release: released.take) { memory in
            memory.copyBytes(from: Self.canary)
            return 32
        }
        #expect(secret != nil && released.contents.isEmpty)
        secret = nil
        #expect(released.contents.count == 1 && released.contents.allSatisfy { $0.allSatisfy { $0 == 0 } })
    }

    @Test func isOverwrittenWhereItCouldNotBeWritten() {
        let released = Released()
        #expect(throws: CancellationError.self) {
            try SecretBytes(capacity: 32, release: released.take) { memory throws(CancellationError) in
                memory.copyBytes(from: Self.canary)
                throw CancellationError()
            }
        }
        #expect(released.contents.count == 1 && released.contents.allSatisfy { $0.allSatisfy { $0 == 0 } })
    }

    @Test func isAnotherOneWheneverItIsDrawn() {
        let drawn = (0..<100).map { _ in SecretBytes.random(count: 32).withUnsafeBytes { Array($0) } }
        #expect(Set(drawn).count == 100 && drawn.allSatisfy { $0.count == 32 })
    }

    @Test func showsNothingWhenPrinted() {
        let secret = Self.secret()
        var dumped = ""
        dump([secret], to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\(Mirror(reflecting: secret).children.count)"] {
            #expect(!text.contains("canary") && !text.contains("99, 97, 110"))
        }
        #expect(dumped.contains("[redacted]"))
    }

    /// The flags of the mapping that a secret is in.
    private static func flags(of secret: SecretBytes) throws -> [Substring] {
        let address = secret.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        var isInside = false
        // Read to its end, which reading it as a file of the size that it claims to have would not do.
        let table = try #require(try FileHandle(forReadingAtPath: "/proc/self/smaps")?.readToEnd())
        for line in String(decoding: table, as: UTF8.self).split(separator: "\n") {
            if let range = line.firstMatch(of: /^([0-9a-f]+)-([0-9a-f]+)\s/) {
                guard let start = UInt(range.1, radix: 16), let end = UInt(range.2, radix: 16) else { continue }
                isInside = (start..<end).contains(address)
            } else if isInside, line.hasPrefix("VmFlags:") {
                return line.split(separator: " ")
            }
        }
        return []
    }
}

/// Takes memory that is given back, and looks at it first.
private final class Released: Sendable {
    private nonisolated(unsafe) var seen: [[UInt8]] = []

    var contents: [[UInt8]] { seen }

    @Sendable func take(_ memory: UnsafeMutableRawBufferPointer) {
        seen.append(Array(memory))
        munmap(memory.baseAddress, memory.count)
    }
}
