// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessionConfiguration
import Testing

@Suite("Files that cannot be read", .timeLimit(.minutes(10)))
struct UnreadableFileTests {
    private func problems(_ load: () throws(ConfigurationError) -> LoadedConfiguration) throws -> [String] {
        let error = #expect(throws: ConfigurationError.self) { _ = try load() }
        return try #require(error).problems.map(\.description)
    }

    @Test func refusesANamedFileThatIsMissing() throws {
        let path = try ConfigurationFolder().prepare("none.conf")
        let found = try problems { () throws(ConfigurationError) in try ConfigurationLoader(.file(path)).load() }
        #expect(found == ["\(path): cannot be read: No such file or directory"])
    }

    @Test func refusesAFileWithTheKernelsReason() throws {
        let folder = try ConfigurationFolder()
        let path = try folder.link("etc/sessiond.conf", to: "sessiond.conf")
        try folder.write("usr/sessiond.conf", "")
        #expect(try problems(folder.search) == ["\(path): cannot be read: Too many levels of symbolic links"])
    }

    @Test func refusesALinkToNothingInsteadOfPassingItOver() throws {
        let folder = try ConfigurationFolder()
        let main = try folder.link("etc/sessiond.conf", to: "gone")
        let dropIn = try folder.link("run/sessiond.conf.d/a.conf", to: "gone")
        let reason = "cannot be read: a link to a missing file"
        #expect(try problems(folder.search) == ["\(main): \(reason)", "\(dropIn): \(reason)"])
    }

    @Test func refusesWhatIsNoRegularFile() throws {
        let folder = try ConfigurationFolder()
        let directory = try folder.prepare("etc/sessiond.conf.d/a.conf")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        let fifo = try folder.prepare("etc/sessiond.conf")
        #expect(mkfifo(fifo, 0o600) == 0)
        let reason = "cannot be read: not a regular file"
        #expect(try problems(folder.search) == ["\(fifo): \(reason)", "\(directory): \(reason)"])
    }

    @Test func refusesWhatEverybodyCouldHaveWritten() throws {
        let folder = try ConfigurationFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = try folder.write("sessiond.conf", "", mode: 0o602)
        let found = try problems { () throws(ConfigurationError) in try ConfigurationLoader(.file(path)).load() }
        let expected = "expected a file that only root and the daemon's user can write: chmod o-w"
        #expect(found == ["\(path): not trusted: everyone can write it; \(expected)"])
    }

    @Test func refusesAFolderOfDropInsThatIsNone() throws {
        let folder = try ConfigurationFolder()
        let path = try folder.write("etc/sessiond.conf.d", "")
        #expect(try problems(folder.search) == ["\(path): cannot be read: Not a directory"])
    }
}
