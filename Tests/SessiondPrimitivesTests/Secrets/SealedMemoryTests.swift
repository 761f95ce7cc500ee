// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc
import Testing

@testable import SessiondPrimitives

@Suite(.timeLimit(.minutes(10))) struct SealedMemoryTests {
    @Test func holdsItsBytesFromTheBeginningAndForEver() throws {
        let memory = try SealedMemory([1, 2, 3], name: "sealed")
        var read: [UInt8] = [0, 0, 0, 0]
        #expect(Glibc.read(memory.descriptor, &read, 4) == 3 && read == [1, 2, 3, 0])
        #expect(pwrite(memory.descriptor, &read, 1, 0) < 0 && ftruncate(memory.descriptor, 1) < 0)
        #expect(SealedMemory.read(memory.descriptor, maximumBytes: 3) == [1, 2, 3])
        #expect(SealedMemory.read(memory.descriptor, maximumBytes: 2) == nil)
    }

    @Test func isClosedInOtherProgramsUntilItIsToBeInherited() throws {
        let memory = try SealedMemory([1], name: "sealed")
        let before = fcntl(memory.descriptor, F_GETFD)
        let inherited = memory.inheritable()
        defer { close(inherited) }
        #expect(before == FD_CLOEXEC)
        #expect(fcntl(inherited, F_GETFD) == 0)
    }

    @Test func whatCanStillBeChangedIsNotRead() {
        let descriptor = clinux_memfd("open")
        defer { close(descriptor) }
        #expect(SealedMemory.read(descriptor, maximumBytes: 1) == nil)
        #expect(SealedMemory.read(-1, maximumBytes: 1) == nil)
    }
}
