// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessionConfiguration
import Testing

@Suite("Search for files", .timeLimit(.minutes(10)))
struct SearchTests {
    private func limit(_ connections: Int) -> String { "[Limits]\nConnections=\(connections)\n" }

    @Test func holdsTheDefaultsWithoutAnyFile() throws {
        let loaded = try ConfigurationFolder().search()
        #expect(loaded.settings == Settings())
        #expect(loaded.files.isEmpty)
        #expect(loaded.warnings.isEmpty)
    }

    @Test func searchesTheFoldersOfAnInstalledDaemonByDefault() {
        let roots = ConfigurationRoots(
            vendor: "/usr/lib/sessiond",
            runtime: "/run/sessiond",
            administrator: "/etc/sessiond"
        )
        #expect(ConfigurationLoader().source == .search(roots))
    }

    @Test func prefersTheAdministratorsMainFileAndReadsOnlyThat() throws {
        let folder = try ConfigurationFolder()
        let vendor = try folder.write("usr/sessiond.conf", limit(10) + "ConnectionsPerUser=10\n")
        #expect(try folder.search().files == [vendor])
        let administrator = try folder.write("etc/sessiond.conf", limit(20))
        let loaded = try folder.search()
        #expect(loaded.files == [administrator])
        #expect(loaded.settings.limits.connections == 20)
        #expect(loaded.settings.limits.connectionsPerUser == 256)
    }

    @Test func readsNoMainFileFromTheRuntimeFolder() throws {
        let folder = try ConfigurationFolder()
        try folder.write("run/sessiond.conf", limit(10))
        #expect(try folder.search().files.isEmpty)
    }

    @Test func masksTheVendorsMainFileByALinkToNull() throws {
        let folder = try ConfigurationFolder()
        try folder.write("usr/sessiond.conf", limit(10))
        try folder.link("etc/sessiond.conf", to: "/dev/null")
        #expect(try folder.search().settings == Settings())
    }

    @Test func sortsDropInsByNameWhateverTheirFolder() throws {
        let folder = try ConfigurationFolder()
        let main = try folder.write("etc/sessiond.conf", limit(1))
        let last = try folder.write("etc/sessiond.conf.d/90-z.conf", limit(90))
        let middle = try folder.write("run/sessiond.conf.d/50-m.conf", limit(50))
        let first = try folder.write("usr/sessiond.conf.d/10-a.conf", limit(10))
        let loaded = try folder.search()
        #expect(loaded.files == [main, first, middle, last])
        #expect(loaded.settings.limits.connections == 90)
    }

    @Test func prefersEtcOverRunOverUsrForTheSameName() throws {
        let folder = try ConfigurationFolder()
        for (root, connections) in [("usr", 10), ("run", 20), ("etc", 30)] {
            let path = try folder.write("\(root)/sessiond.conf.d/a.conf", limit(connections))
            let loaded = try folder.search()
            #expect(loaded.files == [path])
            #expect(loaded.settings.limits.connections == connections)
        }
    }

    @Test(
        "Masks a drop-in by an empty one of the same name, or a link to /dev/null",
        arguments: [true, false]
    )
    func mask(byLink: Bool) throws {
        let folder = try ConfigurationFolder()
        try folder.write("usr/sessiond.conf.d/a.conf", limit(10))
        if byLink {
            try folder.link("etc/sessiond.conf.d/a.conf", to: "/dev/null")
        } else {
            try folder.write("etc/sessiond.conf.d/a.conf", "")
        }
        #expect(try folder.search().settings == Settings())
    }

    @Test func leavesOutHiddenFilesAndOtherNames() throws {
        let folder = try ConfigurationFolder()
        for name in [".a.conf", "a.conf~", "a.conf.dpkg-old", "README", "conf"] {
            try folder.write("etc/sessiond.conf.d/\(name)", limit(10))
        }
        #expect(try folder.search().files.isEmpty)
    }

    @Test func readsANamedFileAndItsOwnDropInsOnly() throws {
        let folder = try ConfigurationFolder()
        try folder.write("etc/sessiond.conf.d/a.conf", limit(10))
        let main = try folder.write("other.conf", limit(20))
        let second = try folder.write("other.conf.d/b.conf", limit(40))
        let first = try folder.write("other.conf.d/a.conf", limit(30))
        let loaded = try ConfigurationLoader(.file(main)).load()
        #expect(loaded.files == [main, first, second])
        #expect(loaded.settings.limits.connections == 40)
    }
}
