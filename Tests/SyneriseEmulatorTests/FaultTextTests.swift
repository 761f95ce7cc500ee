// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import EmulatorTestSupport
import SyneriseEmulator
import Testing

/// The words of a fault.
@Suite(.timeLimit(.minutes(10))) struct FaultTextTests {
    @Test(arguments: [
        "", "on=E5", "times=1", "dorp", "on=E4,drop", "drop=1", "status=199", "status=600", "status=x", "status",
        "body=html", "retry-after=1", "location=x,drop", "status=500,drop", "drop,malformed", "truncate", "truncate=-1",
        "times=0,drop", "delay=x", "delay=-1", "expiration=soon", "oversize=x", "status=500,body=/nonexistent",
        "drop,,", "status=500,body=",
    ])
    func refusesWhatMakesNoSense(text: String) {
        #expect(throws: OptionError.self) { try Fault(text) }
    }

    @Test func saysWhatIsAccepted() {
        let error = #expect(throws: OptionError.self) { try Fault("dorp") }
        #expect(error?.description.contains(#"fault "dorp": "dorp" is not one of on=, times="#) == true)
    }

    @Test func takesWaitingTogetherWithAnEffect() throws {
        let fault = try Fault("on=E5,hold,delay=1.5,times=2,status=503")
        #expect(fault.holds && fault.delay == .seconds(1.5) && fault.times == 2 && fault.endpoints == [.refresh])
    }

    @Test(arguments: ["a", "a:", ":p", "a:p:", "a:p:c:x"])
    func refusesAnAccountOfAnotherForm(text: String) {
        #expect(throws: OptionError.self) { try AccountOption(text) }
    }

    @Test func readsAccountsFromAFile() throws {
        let accounts = try AccountOption.list("# people\na@b:p\n\nc@d:q:card\n", file: "f")
        #expect(accounts.map(\.login) == ["a@b", "c@d"])
        #expect(accounts.map(\.customID) == [nil, "card"])
        let error = #expect(throws: OptionError.self) { try AccountOption.list("a@b:p\nx\n", file: "f") }
        #expect(error?.description.hasPrefix("f:2: ") == true)
    }

    @Test(arguments: ["t", "OAUTH", "OAUTH:", "SYNERISE:t", "OAUTH:t:l:x"])
    func refusesAProviderTokenOfAnotherForm(text: String) {
        #expect(throws: OptionError.self) { try ProviderTokenOption(text) }
    }

    @Test(arguments: ["a", "a=", "=X"])
    func refusesAConditionOfAnotherForm(text: String) {
        #expect(throws: OptionError.self) { try ConditionOption(text) }
    }
}
