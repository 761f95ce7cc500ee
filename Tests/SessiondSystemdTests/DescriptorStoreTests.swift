// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessiondPrimitives
import Testing

@testable import SessiondSystemd
@testable import TestSupport

/// A manager that takes nothing back while it fails.
private final class FailingHolder: DescriptorHolder {
    let fails = Monitor(false)
    private let held = Monitor<[String]>([])

    var names: [String] { held.withLock { $0 } }

    func store(_ descriptor: CInt, name: String) -> Bool {
        held.withLock { $0.append(name) }
        return true
    }

    func removeStored(name: String) throws(SystemdError) -> Bool {
        if fails.withLock({ $0 }) { throw .notification(state: "FDSTOREREMOVE", errorNumber: ENOBUFS) }
        held.withLock { names in names.removeAll { $0 == name } }
        return true
    }
}

/// The tests with a manager are processes of their own, because `NOTIFY_SOCKET` is per process.
@Suite(.timeLimit(.minutes(10))) struct DescriptorStoreTests {
    @Test func handsTheNextOverBeforeItTakesTheLastBack() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let manager = try Self.manager(in: folder)
            var inherited: [InheritedDescriptor] = []
            let store = DescriptorStore(name: "state", inherited: &inherited, maximumBytes: 100)
            #expect(store.kept.isEmpty)
            for _ in 0..<3 { #expect(try store.keep([1, 2, 3])) }
            try store.removeAll()
            try store.removeAll()
            #expect(
                manager.receiveAll() == [
                    "FDSTORE=1\nFDNAME=state", "FDSTORE=1\nFDNAME=state-next", "FDSTOREREMOVE=1\nFDNAME=state",
                    "FDSTORE=1\nFDNAME=state", "FDSTOREREMOVE=1\nFDNAME=state-next", "FDSTOREREMOVE=1\nFDNAME=state",
                ])
        }
    }

    @Test func takesWhatWasKeptOutOfWhatIsInherited() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let manager = try Self.manager(in: folder)
            var inherited = [
                try Self.inherited("state", [1]), try Self.inherited("other", [2]),
                try Self.inherited("state-next", [3]),
            ]
            let all = inherited
            let store = DescriptorStore(name: "state", inherited: &inherited, maximumBytes: 100)
            #expect(store.kept.map(\.name) == ["state", "state-next"])
            #expect(store.kept.map(\.bytes) == [[1], [3]])
            #expect(inherited == [all[1]])
            // Its own copies are closed, nobody else's.
            #expect(all.map { fcntl($0.descriptor, F_GETFD) >= 0 } == [false, true, false])
            try store.removeAll(but: "state-next")
            #expect(try store.keep([4]))
            #expect(
                manager.receiveAll() == [
                    "FDSTOREREMOVE=1\nFDNAME=state", "FDSTORE=1\nFDNAME=state", "FDSTOREREMOVE=1\nFDNAME=state-next",
                ])
        }
    }

    @Test func makesRoomWhereBothPlacesAreTaken() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let manager = try Self.manager(in: folder)
            var inherited = [try Self.inherited("state", [1]), try Self.inherited("state-next", [3])]
            let store = DescriptorStore(name: "state", inherited: &inherited, maximumBytes: 100)
            #expect(try store.keep([4]))
            #expect(
                manager.receiveAll() == [
                    "FDSTOREREMOVE=1\nFDNAME=state", "FDSTORE=1\nFDNAME=state", "FDSTOREREMOVE=1\nFDNAME=state-next",
                ])
        }
    }

    @Test func whatIsHandedOverIsKeptWhereTheLastCannotBeTakenBack() throws {
        let manager = FailingHolder()
        var inherited: [InheritedDescriptor] = []
        let store = DescriptorStore(name: "state", inherited: &inherited, maximumBytes: 100, holder: manager)
        #expect(try store.keep([1]))
        manager.fails.withLock { $0 = true }
        #expect(try store.keep([2]))
        #expect(manager.names == ["state", "state-next"])
        // Both places are taken now: nothing more is kept until one is free again.
        #expect(throws: SystemdError.self) { try store.keep([3]) }
        manager.fails.withLock { $0 = false }
        #expect(try store.keep([4]))
        #expect(manager.names == ["state"])
        try store.removeAll()
        #expect(manager.names.isEmpty)
    }

    @Test func keepsNothingOutsideAService() async {
        await #expect(processExitsWith: .success) {
            unsetenv("NOTIFY_SOCKET")
            var inherited: [InheritedDescriptor] = []
            let store = DescriptorStore(name: "state", inherited: &inherited, maximumBytes: 100)
            let isKept = try store.keep([1])
            #expect(!isKept)
            try store.removeAll()
        }
    }

    @Test func namesWhatCouldNotBeSent() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            setenv("NOTIFY_SOCKET", folder.file("absent"), 1)
            var inherited: [InheritedDescriptor] = []
            let store = DescriptorStore(name: "state", inherited: &inherited, maximumBytes: 100)
            #expect(throws: SystemdError.notification(state: "FDSTORE", errorNumber: ENOENT)) { try store.keep([1]) }
        }
    }

    private static func inherited(_ name: String, _ bytes: [UInt8]) throws -> InheritedDescriptor {
        let memory = try SealedMemory(bytes, name: name)
        return InheritedDescriptor(descriptor: dup(memory.descriptor), name: name)
    }

    private static func manager(in folder: TemporaryFolder) throws -> TestSocket {
        let socket = try TestSocket(AF_UNIX, SOCK_DGRAM)
        try socket.bind(to: folder.file("n"))
        setenv("NOTIFY_SOCKET", folder.file("n"), 1)
        return socket
    }
}
