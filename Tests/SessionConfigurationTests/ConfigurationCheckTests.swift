// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import Testing

@Suite("Check of a configuration", .timeLimit(.minutes(10)))
struct ConfigurationCheckTests {
    @Test func namesTheFilesOfAUsableOneAndItsWarnings() throws {
        let folder = try ConfigurationFolder()
        let path = try folder.write("etc/sessiond.conf", "[Store]\nNews=1\n")
        let check = ConfigurationCheck(ConfigurationLoader(.search(folder.roots)))
        #expect(check.isUsable)
        #expect(check.report == ["Read \(path)", "Configuration is usable"])
        #expect(check.diagnostics == ["warning: \(path):2: News=: unknown key in [Store], ignored"])
    }

    @Test func saysThatTheDefaultsHoldWithoutAFile() throws {
        let folder = try ConfigurationFolder()
        let check = ConfigurationCheck(ConfigurationLoader(.search(folder.roots)))
        #expect(check.isUsable)
        #expect(check.report == ["Configuration is usable: no file found, the defaults hold"])
        #expect(check.diagnostics.isEmpty)
    }

    @Test func reportsProblemsBeforeWarnings() throws {
        let folder = try ConfigurationFolder()
        let path = try folder.write("etc/sessiond.conf", "[Store]\nNews=1\nSeal=perhaps\n")
        let check = ConfigurationCheck(ConfigurationLoader(.search(folder.roots)))
        let problem =
            "error: \(path):3: Seal=: \"perhaps\" cannot be used: not one of these words; "
            + "expected one of auto, required, no"
        #expect(!check.isUsable)
        #expect(check.report.isEmpty)
        #expect(check.diagnostics == [problem, "warning: \(path):2: News=: unknown key in [Store], ignored"])
    }
}
