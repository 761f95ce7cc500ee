// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SessiondSystemd
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct InheritedDescriptorTests {
    @Test func recognisesAListeningUnixStreamSocket() throws {
        let folder = try TemporaryFolder()
        let socket = try TestSocket(AF_UNIX, SOCK_STREAM)
        try socket.bind(to: folder.file("s"))
        #expect(InheritedDescriptor(descriptor: socket.descriptor, name: "s").kind == .other)
        try socket.listen()
        #expect(InheritedDescriptor(descriptor: socket.descriptor, name: "s").kind == .listeningUnixStream)
    }

    @Test func callsOtherListenersOther() throws {
        let folder = try TemporaryFolder()
        let packets = try TestSocket(AF_UNIX, SOCK_SEQPACKET)
        try packets.bind(to: folder.file("p"))
        try packets.listen()
        #expect(InheritedDescriptor(descriptor: packets.descriptor, name: "p").kind == .other)
        let network = try TestSocket(AF_INET, SOCK_STREAM)
        try network.listen()
        #expect(InheritedDescriptor(descriptor: network.descriptor, name: "n").kind == .other)
    }

    @Test func callsFilesAndClosedDescriptorsOther() throws {
        let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        #expect(InheritedDescriptor(descriptor: file, name: "f").kind == .other)
        #expect(InheritedDescriptor(descriptor: -1, name: "f").kind == .other)
    }
}
