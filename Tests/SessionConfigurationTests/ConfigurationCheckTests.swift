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
        #expect(check.report(warnings: 0) == ["Read \(path)", "Configuration is usable"])
        #expect(
            check.report(warnings: 1).last == "Configuration can be used, but see the 1 warning above")
        #expect(check.diagnostics == ["warning: \(path):2: News=: unknown key in [Store], ignored"])
    }

    @Test func saysThatTheDefaultsHoldWithoutAFile() throws {
        let folder = try ConfigurationFolder()
        let check = ConfigurationCheck(ConfigurationLoader(.search(folder.roots)))
        #expect(check.isUsable)
        #expect(check.report(warnings: 0) == ["No file found, the defaults hold", "Configuration is usable"])
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
        #expect(check.report(warnings: 1).isEmpty)
        #expect(check.diagnostics == [problem, "warning: \(path):2: News=: unknown key in [Store], ignored"])
    }

    @Test func saysNothingOfTheAuthorityThatARefusedLineMeant() throws {
        let folder = try ConfigurationFolder()
        let path = try folder.write(
            "etc/sessiond.conf", "[Authority]\nKind=openId\n[OpenID]\nIssuer=https://a.example\nClientID=a\n")
        let check = ConfigurationCheck(ConfigurationLoader(.search(folder.roots)))
        #expect(!check.isUsable)
        #expect(check.diagnostics.count == 1)
        #expect(check.diagnostics.first?.hasPrefix("error: \(path):2: Kind=: \"openId\" cannot be used") == true)
    }
}
