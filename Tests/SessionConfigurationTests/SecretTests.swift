// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionConfiguration

@Suite("Secrets", .timeLimit(.minutes(10)))
struct SecretTests {
    private static let canary = "canary-5f3a"

    private func everyPrint(of value: some Sendable) -> String {
        var dumped = ""
        dump(value, to: &dumped)
        return dumped + "\(value)" + String(describing: value) + String(reflecting: value)
            + Mirror(reflecting: value).children.map { "\($0.value)" }.joined()
    }

    @Test func appearsInNoPrintDumpOrReflection() throws {
        let loaded = try load("[Synerise]\nAPIKey=\(Self.canary)\n")
        #expect(loaded.settings.synerise.apiKey?.reveal() == Self.canary)
        #expect(!everyPrint(of: Secret(Self.canary)).contains(Self.canary))
        #expect(!everyPrint(of: loaded.settings).contains(Self.canary))
        #expect(!everyPrint(of: loaded).contains(Self.canary))
        #expect(!loaded.lines.joined().contains(Self.canary))
        #expect(try effective("Synerise.APIKey", "[Synerise]\nAPIKey=\(Self.canary)\n") == "[redacted]")
    }

    @Test(
        "Is not repeated when it is refused",
        arguments: ["\(canary) x", "\"\(canary)", "ż\(canary)", String(repeating: canary, count: 1000)]
    )
    func refused(value: String) throws {
        let found = try problems("[Synerise]\nAPIKey=\(value)\n")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("test.conf:2: APIKey=: the value, not shown here, cannot be used: ") == true)
        #expect(!found.joined().contains(Self.canary))
    }

    @Test(
        "Is not repeated when its line is broken",
        arguments: ["APIKey \(canary)", "=\(canary)", "[\(canary)", "API\u{0}Key=\(canary)"]
    )
    func broken(line: String) throws {
        #expect(try !problems("[Synerise]\n\(line)\n").joined().contains(Self.canary))
    }
}
