// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SessiondSystemd
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct CredentialsTests {
    private let folder: TemporaryFolder
    private let credentials: Credentials

    init() throws {
        folder = try TemporaryFolder()
        credentials = Credentials(directory: folder.path)
    }

    @Test(arguments: [[], [0], Array("key\n".utf8), [UInt8](repeating: 7, count: 100_000)])
    func readsTheWholeFile(bytes: [UInt8]) throws {
        try folder.write(bytes, to: "state-key")
        #expect(try credentials.read("state-key") == bytes)
    }

    @Test func hasNothingUnderAnAbsentNameOrWithoutAFolder() throws {
        #expect(try credentials.read("absent") == nil)
        #expect(try Credentials(directory: nil).read("state-key") == nil)
    }

    @Test(arguments: ["", ".", "..", "a/b", "/etc/hostname", "a\0b", String(repeating: "n", count: 256)])
    func refusesNamesThatAreNoFileNames(name: String) {
        #expect(throws: CredentialError.invalidName(name)) { try credentials.read(name) }
        #expect(throws: CredentialError.invalidName(name)) { try Credentials(directory: nil).read(name) }
    }

    @Test func refusesMoreThanTheCallerAccepts() throws {
        try folder.write([1, 2, 3], to: "key")
        #expect(try credentials.read("key", maximumBytes: 3) == [1, 2, 3])
        let path = folder.file("key")
        #expect(throws: CredentialError.tooLarge(path: path, maximumBytes: 2)) {
            try credentials.read("key", maximumBytes: 2)
        }
    }

    @Test func namesThePathOfWhatItCannotRead() throws {
        let loop = folder.file("loop")
        try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
        let expected = CredentialError.unreadable(path: loop, errorNumber: ELOOP)
        #expect(throws: expected) { try credentials.read("loop") }
        #expect(expected.description.contains(loop))
    }

    @Test func doesNotTakeALinkToNothingForNothing() throws {
        let link = folder.file("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.file("nothing"))
        #expect(throws: CredentialError.unreadable(path: link, errorNumber: ENOENT)) { try credentials.read("link") }
    }

    @Test func refusesWhatEverybodyCouldHaveWritten() throws {
        try folder.write([1], to: "key")
        let path = folder.file("key")
        try #require(chmod(path, 0o602) == 0)
        let reason = "everyone can write it: chmod o-w it"
        #expect(throws: CredentialError.notTrusted(path: path, reason: reason)) { try credentials.read("key") }
    }

    @Test func refusesFoldersAndDoesNotWaitForPipes() throws {
        try FileManager.default.createDirectory(atPath: folder.file("d"), withIntermediateDirectories: false)
        try #require(mkfifo(folder.file("p"), 0o600) == 0)
        for name in ["d", "p"] {
            #expect(throws: CredentialError.notAFile(path: folder.file(name))) { try credentials.read(name) }
        }
    }

    @Test func takesTheFolderFromTheEnvironment() async {
        await #expect(processExitsWith: .success) {
            setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x.service", 1)
            #expect(Credentials().directory == "/run/credentials/x.service")
            unsetenv("CREDENTIALS_DIRECTORY")
            #expect(Credentials().directory == nil)
        }
    }
}
