// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Foundation
import Glibc
import SessionConfiguration
import SessionProtocol
import SessiondLinux
import Testing

@testable import SessionctlCommands
@testable import TestSupport

/// Clock, disk, encryption, and the configuration with the files that it names.
@Suite(.timeLimit(.minutes(10))) struct MachineChecksTests {
    private func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        guard chmod(path, mode) == 0 else { throw SystemFailure("chmod") }
    }

    // MARK: Clock

    private func clock(now: Int64 = 2_000, error: Int64? = 1_000, skew: Int64? = nil) -> DoctorFinding {
        ClockCheck(now: now, earliest: 1_000, maximumErrorMicroseconds: error, skewSeconds: skew).examine()
    }

    @Test func aClockIsWellThatIsSynchronisedAndNearTheAuthoritys() {
        #expect(clock() == .ok("synchronised"))
        #expect(clock(skew: -60) == .ok("1 min from the authority's, synchronised"))
        #expect(clock(error: nil, skew: 0) == .ok("0 s from the authority's"))
    }

    @Test func aClockBeforeTheBuildIsAProblem() {
        #expect(clock(now: 999).result == .problem)
        #expect(clock(now: 999).found.hasPrefix("the clock is behind: it is 1970-01-01T00:16:39Z"))
    }

    @Test func aClockThatIsOffOrLeftToItselfIsAWarning() {
        #expect(clock(skew: 3_661).found == "the clock is 1 h 1 min ahead of the authority's")
        #expect(clock(skew: -61).found == "the clock is 1 min 1 s behind the authority's")
        #expect(clock(error: 16_000_000).found == "the clock is not synchronised")
        #expect(clock(error: 16_000_000).hint?.hasPrefix("timedatectl; as root: timedatectl set-ntp true") == true)
    }

    @Test func whereThereIsNoSystemdItsProgramsAreNotNamed() {
        var check = ClockCheck(now: 2_000, earliest: 1_000, maximumErrorMicroseconds: 16_000_000, skewSeconds: nil)
        check.isWithoutSystemd = true
        #expect(check.examine().hint?.contains("timedatectl") == false)
        #expect(ClockRemedy.text(hasSystemd: true).contains("timedatectl"))
        #expect(check.examine().hint?.contains("the clock of its host") == true)
        let units = Units.ask(runtimeFolder: "/nowhere", within: .seconds(1))
        #expect(units.isWithoutSystemd)
        #expect(!Units.absent(.warning("systemctl hangs", hint: "wait")).isWithoutSystemd)
    }

    @Test func theClockOfThisMachineIsLookedAt() {
        // Whatever it says: this test was built before it runs.
        #expect(ClockCheck.current(skewSeconds: 0, isWithoutSystemd: false).examine().result <= .warning)
    }

    // MARK: Disk

    private func disk(_ folder: String?, _ daemon: DaemonFacts, user: uid_t? = nil) -> DoctorFinding {
        DiskCheck(folder: folder, daemon: daemon, account: user.flatMap { DaemonAccount(user: $0) }, remedies: .service)
            .examine()
    }

    @Test func aFolderOfTheDaemonsOwnIsWell() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        chmod(folder.path, 0o700)
        let finding = disk(folder.path, try .sample(), user: geteuid())
        #expect(finding.result == .ok)
        #expect(finding.found.hasPrefix("\(folder.path): ") && finding.found.hasSuffix(" free"))
    }

    @Test(arguments: [
        (["root_a", "root_b"], "root_b"), (["system-B", "system-A"], "system-A"), (["rootfsa", "rootfsb"], "rootfsb"),
        (["root_a", "data"], nil), (["a", "b"], nil), (["root_a"], nil),
    ])
    func aFolderOnOneOfTwoSystemImagesIsAWarning(names: [String], other: String?) throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        chmod(folder.path, 0o700)
        var facts = stat()
        #expect(stat(folder.path, &facts) == 0)
        var devices = Dictionary(uniqueKeysWithValues: names.map { ($0, dev_t.max) })
        devices[names[0]] = facts.st_dev
        let check = DiskCheck(
            folder: folder.path, daemon: try .sample(), account: nil, remedies: .service,
            partitions: Partitions(devices: devices))
        let finding = check.examine()
        #expect(finding.result == (other == nil ? .ok : .warning))
        if let other {
            #expect(finding.found.contains("system image \(names[0]), and \(other) does not have"))
        }
    }

    @Test func aFolderThatIsOpenToOthersOrAnothersIsAProblem() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        for mode in [0o750, 0o701] as [mode_t] {
            chmod(folder.path, mode)
            #expect(disk(folder.path, try .sample()).hint == "chmod 0700 \(folder.path)")
        }
        chmod(folder.path, 0o700)
        #expect(disk(folder.path, try .sample(), user: 65_534).hint == "chown -R nobody \(folder.path)")
    }

    @Test func aStoreThatFailsIsAProblemWhereverItIs() throws {
        let status = Sample.status.replacing(#""state":"ok""#, with: #""state":"failing""#)
        for folder in [nil, "/nowhere"] {
            let finding = disk(folder, try .sample(status: status))
            #expect(finding.testDescription.hasPrefix("problem: the session cannot be stored | journalctl"))
        }
    }

    @Test func aStoreThatFailsThoughItsPlaceIsWellNeedsARestart() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        chmod(folder.path, 0o700)
        let status = Sample.status.replacing(#""state":"ok""#, with: #""state":"failing""#)
        let finding = disk(folder.path, try .sample(status: status))
        #expect(finding.result == .problem)
        #expect(finding.hint?.hasSuffix("as after a remount: systemctl restart sessiond") == true)
    }

    @Test func whatWasSetAsideIsNamed() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        chmod(folder.path, 0o700)
        try write("", to: folder.file("state.a.damaged"))
        try write("", to: folder.file("state.a.damaged.last"))
        let finding = disk(folder.path, try .sample())
        #expect(finding.result == .warning)
        #expect(finding.found == "an earlier session was set aside: \(folder.file("state.a.damaged")) and others")
    }

    @Test func aFolderThatIsNotThereIsOneToComeOrElsewhere() throws {
        #expect(disk("/nowhere", try .absent()) == .ok("/nowhere is made at the first start"))
        #expect(disk("/nowhere", try .sample()).hint == "add --state-directory FOLDER")
        #expect(disk(nil, try .absent()).result == .skipped)
    }

    @Test(.enabled(if: access("/proc/sys", F_OK) == 0, "a file system without room is needed"))
    func aFileSystemWithoutRoomIsAProblem() throws {
        let finding = disk("/proc/sys", try .sample())
        #expect(finding.result == .problem)
        #expect(finding.hint?.contains("df -h /proc/sys") == true)
    }

    // MARK: Encryption

    private func sealing(_ daemon: DaemonFacts, _ units: Units = .sample(), settings: Settings = Settings())
        -> DoctorFinding
    {
        var check = SealingCheck(daemon: daemon, units: units, settings: settings, remedies: .service)
        check.keyPath = "/nowhere/key"
        return check.examine()
    }

    private let withoutSystemd = Units.absent(.skipped("systemd does not run here"))

    @Test func aSealedStoreIsWell() throws {
        #expect(sealing(try .sample(status: Sample.signedIn), withoutSystemd).result == .ok)
    }

    @Test func aKeyThatTheNextStartWouldMissIsAProblem() throws {
        let finding = sealing(try .sample(status: Sample.signedIn))
        #expect(
            finding == .problem("there is no key in /nowhere/key", hint: "systemctl restart sessiond-key.service"))
    }

    @Test func anOpenStoreIsAWarningUnlessItIsMeant() throws {
        let finding = sealing(try .sample())
        #expect(finding.result == .warning)
        #expect(finding.hint?.hasPrefix("journalctl -b -u sessiond-key.service; then: systemctl restart") == true)
        #expect(sealing(try .sample(), withoutSystemd).hint?.contains("Seal=no") == true)
        let health = #"{"ready":true,"problems":[{"name":"storeUnsealed","hint":"the key is too short"}]}"#
        #expect(sealing(try .sample(health: health)).found == "the key is too short")
        var settings = Settings()
        settings.store.seal = .no
        #expect(sealing(try .sample(), settings: settings).result == .ok)
    }

    @Test func aLockedStoreIsAProblemInTheDaemonsWords() throws {
        let locked = DaemonFacts.refusing(SessionError(.storeLocked, "it is locked", hint: "unlock it"))
        #expect(sealing(locked) == .problem("it is locked", hint: "unlock it"))
    }

    // MARK: Configuration

    private func configuration(
        _ path: String, _ daemon: DaemonFacts, for reader: FileReader = .current
    ) -> DoctorFinding {
        let read = ConfigurationFacts.read(.file(path), for: reader)
        return SettingsCheck(daemon: daemon, configuration: read, remedies: .service, configFile: path).examine()
    }

    private func info(files: [String], loadedAt: Timestamp) -> String {
        let names = JSONValue.array(files.map(JSONValue.string)).text
        return #"""
            {"server":"sessiond/1","protocol":[1],"features":[],"startedAt":"2026-11-23T05:02:03Z",\#
            "configuration":{"files":\#(names),"loadedAt":"\#(loadedAt)"}}
            """#
    }

    @Test func filesThatTheDaemonHasReadAreWell() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.file("c")
        try write("[Store]\nSeal=no\n", to: path)
        let now = Int64(time(nil))
        func finding(files: [String], at: Int64) throws -> DoctorFinding {
            let loadedAt = Timestamp(secondsSince1970: at)
            return configuration(path, try .sample(info: info(files: files, loadedAt: loadedAt)))
        }
        #expect(try finding(files: [path], at: now) == .ok(path))
        #expect(
            try finding(files: [path], at: now - 3_600)
                == .warning("\(path) was changed since sessiond read it", hint: "systemctl reload sessiond"))
        #expect(
            try finding(files: [path, "/gone"], at: now)
                == .warning(
                    "sessiond runs with other files than there are now: \(path)", hint: "systemctl reload sessiond"))
    }

    @Test func whatIsOddInTheFilesIsAWarning() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try write("[Network]\n[Logging]\n", to: folder.file("c"))
        let finding = configuration(folder.file("c"), try .absent())
        #expect(finding.result == .warning)
        #expect(finding.found.hasPrefix("\(folder.file("c")):1: unknown section [Network]"))
        #expect(finding.found.contains(" and 1 more"))
        #expect(finding.hint == "sessionctl config check --config \(folder.file("c"))")
    }

    @Test(
        "Where other lines cannot be used, what can be is gone by, if it is known who issues tokens",
        arguments: [
            ("[Store]\nSeal=no\n[Limits]\nLineSec=soon\nConnections=many\n", true),
            ("[Store]\nSeal=no\n[Limits\nLineSec=soon\n", false),
            ("[Authority]\nKind=local\n[Store]\nSeal=no\n[Limits\nLineSec=soon\n", true),
            ("[Authority]\nKind=opneid\n[Store]\nSeal=no\n", false),
            ("[Authority]\nKind=synerise\n[Store]\nSeal=no\n", false),
        ])
    func otherLines(text: String, areUsed: Bool) throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try write(text, to: folder.file("c"))
        let facts = ConfigurationFacts.read(.file(folder.file("c")), for: .current)
        #expect(!facts.isUsable && (facts.settings?.store.seal == .no) == areUsed)
        let strangers = ConfigurationFacts.read(.file(folder.file("c")), for: FileReader(user: 65_533, group: 65_533))
        #expect(geteuid() == 0 || strangers.settings == nil)
    }

    @Test func severalMistakesAreOneAndHowManyMore() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try write("[Limits]\nLineSec=soon\nConnections=many\n", to: folder.file("c"))
        let finding = configuration(folder.file("c"), try .sample())
        #expect(finding.found.hasPrefix("\(folder.file("c")):2: LineSec=: "))
        #expect(finding.found.hasSuffix(", and 1 more; sessiond runs with what it read before"))
        #expect(!finding.found.contains("Connections"))
    }

    @Test func filesThatCannotBeUsedAreAProblemOfTheDaemonOrOfTheNext() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try write("[Store]\nSeal=perhaps\n", to: folder.file("c"))
        let next = configuration(folder.file("c"), try .sample())
        #expect(next.result == .problem)
        #expect(next.found.hasPrefix("\(folder.file("c")):2: Seal=: "))
        #expect(next.found.hasSuffix("sessiond runs with what it read before"))
        let refusing = DaemonFacts.refusing(SessionError(.notConfigured, "f:3: bad", hint: "h"))
        let now = configuration(folder.file("c"), refusing)
        #expect(now.found == "f:3: bad")
        #expect(now.hint?.hasPrefix("correct it; sessionctl config check --config ") == true)
    }

    @Test(.enabled(if: geteuid() == 0, "a file of another user is needed"))
    func aFileIsTrustedThatTheDaemonsUserOwnsAndNobodyElses() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.file("c")
        try write("", to: path)
        chown(path, 65_534, 0)
        let daemon = FileReader(user: 65_534, group: 65_534)
        #expect(configuration(path, try .absent(), for: daemon) == .ok(path))
        let refused = configuration(path, try .absent())
        #expect(refused.result == .problem)
        #expect(refused.found.hasPrefix("\(path): not trusted: user 65534 owns it"))
    }

    @Test func aFileSystemThatHangsIsNamedAndWhatIsNotKnownIsSkipped() throws {
        func finding(_ facts: ConfigurationFacts) throws -> DoctorFinding {
            SettingsCheck(daemon: try .absent(), configuration: facts, remedies: .service, configFile: nil).examine()
        }
        #expect(try finding(.late).result == .problem)
        #expect(try finding(.unknown) == .skipped("it is not known what sessiond reads", hint: "add --config FILE"))
    }

    // MARK: Files that the configuration names

    private func named(_ path: String, user: uid_t?, in sandbox: Sandbox = .none) -> DoctorFinding {
        var settings = Settings()
        settings.local.accountsFile = path
        return NamedFilesCheck(
            settings: settings, account: user.flatMap { DaemonAccount(user: $0) }, sandbox: sandbox
        ).examine()
    }

    @Test func aNamedFileIsForTheDaemonAlone() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.file("accounts")
        #expect(
            named(path, user: nil)
                == .problem(
                    "AccountsFile=\(path): No such file or directory",
                    hint: "make it, with mode 0640, of the group sessiond-daemon, or correct AccountsFile=")
        )
        try write("", to: path, mode: 0o600)
        #expect(named(path, user: geteuid()).result == .ok)
        let closed = named(path, user: 65_534)
        #expect(closed.result == .problem)
        #expect(closed.hint == "chgrp nogroup \(path); chmod 0640 \(path)")
        chmod(folder.path, 0o700)
        #expect(
            named(path, user: 65_534).hint
                == "install -D -m 0640 -g nogroup \(path) /etc/sessiond/accounts; then AccountsFile=/etc/sessiond/accounts"
        )
        chmod(path, 0o644)
        #expect(named(path, user: nil).testDescription.hasPrefix("warning: everyone can read"))
        chmod(path, 0o646)
        #expect(
            named(path, user: nil)
                == .problem(
                    """
                    sessiond refuses AccountsFile=\(path): everyone can write it; everyone can read AccountsFile=\(path)
                    """, hint: "chmod o-w \(path); chmod o-r \(path)"))
    }

    @Test func whatTheUnitHidesIsNotThereForTheDaemon() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.file("accounts")
        try write("ann:$6$x\n", to: path, mode: 0o644)
        // A link from a place that it sees leads nowhere there.
        let found = named(path, user: geteuid(), in: .packaged)
        #expect(found.result == .problem)
        #expect(
            found.found
                == "sessiond does not see AccountsFile=\(path): its unit hides /tmp, /var/tmp from it (PrivateTmp=)")
        #expect(found.hint?.hasPrefix("install -D -m 0640 -g ") == true)
        for hidden in ["/home/ann/ca.pem", "/root/ca.pem", "/run/user/1000/ca.pem"] {
            #expect(Sandbox.packaged.blind(over: hidden)?.setting == "ProtectHome=")
            #expect(Sandbox.none.blind(over: hidden) == nil)
        }
        #expect(Sandbox.packaged.blind(over: "/etc/sessiond/ca.pem") == nil)
        let open = UnitFacts(["ProtectHome": "read-only", "PrivateTmp": "no"])
        #expect(Sandbox(of: open) == .none)
    }

    @Test(
        "What is in a file that is named is looked at, and not repeated",
        arguments: [
            ("", ""), ("# none\n\nann:$6$x\nbob:!\n", ""),
            ("ann:secret\n", "1"), ("ann:$6$x\nann\n:$6$x\n", "2, 3"),
        ])
    func content(text: String, lines: String) throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.file("accounts")
        try write(text, to: path, mode: 0o600)
        let finding = named(path, user: nil)
        #expect(finding.result == (lines.isEmpty ? .ok : .problem))
        let fault = "is not \"login:hash\" with a hash of crypt(5) on line \(lines)"
        #expect(lines.isEmpty || finding.found.hasSuffix(fault))
        #expect(!finding.testDescription.contains("secret"))
    }

    @Test func withoutNamesOrConfigurationThereIsNothingToLookAt() {
        #expect(NamedFilesCheck(settings: Settings(), account: .root, sandbox: .packaged).examine().result == .ok)
        #expect(NamedFilesCheck(settings: nil, account: .root, sandbox: .packaged).examine().result == .skipped)
    }
}
