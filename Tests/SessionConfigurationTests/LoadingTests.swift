// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import Testing

@Suite("Loading", .timeLimit(.minutes(10)))
struct LoadingTests {
    @Test func letsTheLaterAssignmentWin() throws {
        #expect(
            try load("[Limits]\nConnections=5\n[Store]\n[Limits]\nConnections=7\n").settings.limits.connections == 7
        )
    }

    @Test func resetsASettingByAnEmptyAssignment() throws {
        let loaded = try load("[Session]\nEndAction=destroy\nEndAction=\n[Local]\nAccountsFile=/a\nAccountsFile=\n")
        #expect(loaded.settings == Settings())
        let key = try #require(SettingSchema.known.key("EndAction", in: .session))
        #expect(loaded.origin(of: key) == .builtIn)
    }

    @Test func keepsTheOriginOfASetting() throws {
        let folder = try ConfigurationFolder()
        try folder.write("etc/sessiond.conf", "[Limits]\nConnections=5\nLineSec=\\\n# note\n 10\n")
        let dropIn = try folder.write("run/sessiond.conf.d/a.conf", "\n\n[Limits]\nConnections=6\n")
        let loaded = try folder.search()
        let connections = try #require(SettingSchema.known.key("Connections", in: .limits))
        let line = try #require(SettingSchema.known.key("LineSec", in: .limits))
        #expect(loaded.origin(of: connections) == .file(path: dropIn, line: 4))
        #expect(loaded.origin(of: line) == .file(path: "\(folder.path)/etc/sessiond.conf", line: 3))
    }

    @Test func collectsEveryProblemOfEveryFile() throws {
        let folder = try ConfigurationFolder()
        let main = try folder.write("etc/sessiond.conf", "[Limits]\nConnections=x\nLineSec=y\nnonsense\n")
        let dropIn = try folder.write("etc/sessiond.conf.d/a.conf", "[Store]\nSeal=maybe\nSael=no\n")
        let error = try #require(#expect(throws: ConfigurationError.self) { _ = try folder.search() })
        let places = error.problems.map { "\($0.path):\($0.line ?? 0)" }
        #expect(places == ["\(main):2", "\(main):3", "\(main):4", "\(dropIn):2"])
        #expect(error.warnings.map(\.line) == [3])
        #expect(error.description.split(separator: "\n").count == 4)
    }

    @Test func reportsABadValueEvenIfALaterOneIsGood() throws {
        #expect(try problems("[Limits]\nConnections=x\nConnections=5\n").count == 1)
    }

    @Test func countsWhatIsBeyondTheLimitOfProblems() throws {
        let limit = ConfigurationLimits.maximumProblems
        let found = try problems("[Limits]\n" + String(repeating: "Connections=x\n", count: limit + 20))
        #expect(found.count == limit + 1)
        #expect(found.last == "test.conf:\(limit + 2): 20 more from here on, not shown")
    }
}
