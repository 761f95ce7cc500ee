// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Glibc
import Testing

@testable import SessionctlCommands

@Suite(.timeLimit(.minutes(10))) struct ChildProcessTests {
    private let patience = Duration.seconds(60)

    private func run(_ body: String, within limit: Duration) -> ChildProcess.Outcome? {
        ChildProcess.run("/bin/sh", ["-c", body], within: limit)
    }

    @Test func bothStreamsAndTheStatusAreKept() {
        let outcome = run("echo out; echo err >&2; exit 3", within: patience)
        #expect(outcome == ChildProcess.Outcome(status: 3, output: "out\n", errors: "err\n"))
    }

    // In a process of its own, whose signals nobody else minds.
    @Test func theStatusIsKnownWhereTheCallerIgnoresItsChildren() async {
        await #expect(processExitsWith: .success) {
            signal(SIGCHLD, SIG_IGN)
            let outcome = ChildProcess.run("/bin/sh", ["-c", "exit 3"], within: .seconds(60))
            precondition(outcome?.status == 3)
        }
    }

    @Test func nothingOfTheCallersEnvironmentIsHandedOn() {
        let outcome = ChildProcess.run("/usr/bin/env", [], within: patience)
        #expect(outcome?.output == "LC_ALL=C\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n")
    }

    @Test func whatDoesNotEndIsEnded() {
        #expect(run("echo begun; exec tail -f /dev/null", within: .milliseconds(200))?.status == nil)
        // One that has closed its streams as well.
        let closed = run("exec sleep 1000 >&- 2>&-", within: .milliseconds(200))
        #expect(closed == ChildProcess.Outcome(status: nil, output: "", errors: ""))
    }

    @Test func aFloodIsReadToItsEndAndNotKept() {
        let outcome = run("head -c 1000000 /dev/zero; echo end >&2", within: patience)
        #expect(outcome?.status == 0)
        #expect(outcome?.output.utf8.count == ChildProcess.maximumBytes)
        #expect(outcome?.errors == "end\n")
    }

    @Test func brokenPipesEndItAsTheyWouldFromAShell() {
        #expect(run("sh -c 'kill -PIPE $$'; echo $?", within: patience)?.output == "141\n")
    }

    @Test func whatCannotBeStartedIsNone() {
        #expect(ChildProcess.run("/nowhere/program", [], within: patience) == nil)
    }

    @Test func whatHangsIsLeftToItself() {
        let gate = Gate()
        defer { gate.open() }
        #expect(BoundedWork(within: .milliseconds(50)) { gate.wait() }.value() == nil)
        #expect(BoundedWork(within: patience) { 7 }.value() == 7)
    }
}
