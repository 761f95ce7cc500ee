// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SessiondSystemd
@testable import TestSupport

/// Each test is a process of its own: the variables and the numbers from 3 upwards belong to the process.
@Suite(.timeLimit(.minutes(10))) struct ActivationTests {
    @Test func takesDescriptorsWithTheirNamesAndClearsTheEnvironment() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let socket = try TestSocket(AF_UNIX, SOCK_STREAM)
            try socket.bind(to: folder.file("s"))
            try socket.listen()
            // Lower numbers are taken, by whatever: the kernel gives the lowest that is free.
            let others = Int(socket.descriptor - 3)
            let names = (0..<others).map { "other\($0)" } + ["observer"]
            let taken = try Self.takeAll(count: others + 1, names: names)

            #expect(taken.map(\.name) == names)
            #expect(taken.map(\.descriptor) == Array(3...socket.descriptor))
            #expect(taken.last?.kind == .listeningUnixStream)
            for descriptor in taken.map(\.descriptor) {
                #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC == FD_CLOEXEC)
            }
            #expect(Self.variables().allSatisfy { $0 == nil })
            #expect(try InheritedDescriptor.takeAll().isEmpty)
        }
    }

    @Test func callsDescriptorsWithoutNameUnknown() async {
        await #expect(processExitsWith: .success) {
            let socket = try TestSocket(AF_UNIX, SOCK_DGRAM)
            let taken = try Self.takeAll(count: Int(socket.descriptor) - 2, names: nil)
            #expect(taken.last == InheritedDescriptor(descriptor: socket.descriptor, name: "unknown"))
        }
    }

    @Test func takesNothingThatIsMeantForAnotherProcess() async {
        await #expect(processExitsWith: .success) {
            Self.announce(count: 1, names: nil)
            setenv("LISTEN_PID", String(getppid()), 1)
            let taken = try InheritedDescriptor.takeAll()
            #expect(taken.isEmpty)
        }
    }

    @Test func refusesDescriptorsThatAreNotOpen() async {
        await #expect(processExitsWith: .success) {
            Self.announce(count: 5000, names: nil)
            #expect(throws: SystemdError.inheritedDescriptors(errorNumber: EBADF)) {
                try InheritedDescriptor.takeAll()
            }
            #expect(Self.variables().allSatisfy { $0 == nil })
        }
    }

    /// Takes so many descriptors from 3 on, those of the testing library among them. It may close one of its own meanwhile,
    /// of which there are few: then they are announced again.
    private static func takeAll(count: Int, names: [String]?) throws -> [InheritedDescriptor] {
        let last = Int32(count + 2)
        var attempts = last
        while true {
            for number in 3..<last where fcntl(number, F_GETFD) < 0 { dup2(last, number) }
            announce(count: count, names: names)
            do { return try InheritedDescriptor.takeAll() } catch {
                attempts -= 1
                if attempts == 0 { throw error }
            }
        }
    }

    private static func announce(count: Int, names: [String]?) {
        setenv("LISTEN_PID", String(getpid()), 1)
        setenv("LISTEN_FDS", String(count), 1)
        unsetenv("LISTEN_FDNAMES")
        if let names { setenv("LISTEN_FDNAMES", names.joined(separator: ":"), 1) }
    }

    private static func variables() -> [String?] {
        ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"].map(Environment.value)
    }
}
