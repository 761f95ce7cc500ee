// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionProtocol

@Suite("Error names", .timeLimit(.minutes(10)))
struct ErrorNameTests {
    // The contract: code, name, exit status of the command line.
    static let contract: [(code: Int, name: String, exitStatus: Int32)] = [
        (-32700, "parseError", 76), (-32600, "invalidRequest", 76), (-32601, "methodNotFound", 76),
        (-32602, "invalidParams", 64), (-32603, "internalError", 70), (-32001, "permissionDenied", 77),
        (-32002, "notAnonymous", 1), (-32003, "alreadySignedIn", 1), (-32004, "notSignedIn", 1),
        (-32005, "sessionExpired", 1), (-32006, "tokenUnavailable", 75), (-32007, "minimumValidityImpossible", 65),
        (-32008, "authorityRejected", 65), (-32009, "authorityUnavailable", 75), (-32010, "storeLocked", 78),
        (-32011, "storeFailed", 75), (-32012, "generationMismatch", 1), (-32013, "limitExceeded", 75),
        (-32014, "deadlineExceeded", 75), (-32015, "notConfigured", 78), (-32016, "unsupported", 1),
        (-32017, "shuttingDown", 75), (-32018, "lineTooLong", 76), (-32019, "versionUnsupported", 76),
        (-32020, "busy", 75), (-32021, "superseded", 1),
    ]

    @Test("a name has the code and the exit status of the contract", arguments: contract)
    func matchesContract(code: Int, name: String, exitStatus: Int32) {
        let properties = ErrorName(rawValue: name).properties
        #expect(properties.code == code)
        #expect(properties.exitStatus == exitStatus)
        #expect(SessionError(ErrorName(rawValue: name), "m").code == code)
    }

    @Test("there are no names but those of the contract, each once, and each code once")
    func namesAreTheContract() {
        #expect(ErrorName.all.map(\.name.rawValue) == Self.contract.map(\.name))
        #expect(Set(ErrorName.all.map(\.name)).count == Self.contract.count)
        #expect(Set(ErrorName.all.map(\.properties.code)).count == Self.contract.count)
    }

    @Test("what is said to be retryable is what ends with a temporary failure")
    func retryableMatchesExitStatus() {
        for (name, properties) in ErrorName.all {
            #expect(properties.isRetryable == (properties.exitStatus == 75), "\(name.rawValue)")
        }
    }

    @Test("a name of a later version is a value like any other")
    func unknownName() {
        let name = ErrorName(rawValue: "ofTomorrow")
        #expect(name.rawValue == "ofTomorrow")
        #expect(name.properties.code == -32603)
        #expect(name.properties.exitStatus == 70)
        #expect(!name.properties.isRetryable)
    }
}
