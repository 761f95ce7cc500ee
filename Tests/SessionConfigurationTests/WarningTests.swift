// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import Testing

@Suite("Warnings", .timeLimit(.minutes(10)))
struct WarningTests {
    @Test(
        "Warns of an unknown name with its line, and suggests one that is close",
        arguments: [
            (
                "[Local]\nTokenLifetime=1h\n",
                "2: TokenLifetime=: unknown key in [Local], ignored; did you mean TokenLifetimeSec=?"
            ),
            ("[Store]\nsael=no\n", "2: sael=: unknown key in [Store], ignored; did you mean Seal=?"),
            ("[Limits]\nUnrelated=1\n", "2: Unrelated=: unknown key in [Limits], ignored"),
            ("[Limits]\nAllow=all any\n", "2: Allow=: unknown key in [Limits], ignored; it belongs in [Access]"),
            ("[Limit]\nConnections=x\n", "1: unknown section [Limit], ignored with its keys; did you mean [Limits]?"),
            ("[Wholly Different]\nA=b\n", "1: unknown section, ignored with its keys"),
            ("[Network]\n", "1: unknown section [Network], ignored with its keys"),
            ("Kind=local\n[Local]\n", "1: Kind=: ignored, since it stands before the first [Section]"),
            ("[Synerise]\nAPI\u{212A}ey=x\n", "2: unknown key in [Synerise], ignored"),
        ]
    )
    func unknown(text: String, warning: String) throws {
        #expect(try warnings(text) == ["test.conf:" + warning])
    }

    @Test func leavesExtensionsAlone() throws {
        #expect(try warnings("[X-Ours]\nA=b\n[Local]\nX-Note=c\n").isEmpty)
    }

    @Test func repeatsNoNameThatMayBePartOfASecret() throws {
        let found = try warnings("[Synerise]\nc2VjcmV0IGtleQ==\n0123-4567=\n[0123-4567]\n")
        #expect(found.count == 3)
        #expect(!found.joined().contains("c2Vj"))
        #expect(!found.joined().contains("0123"))
    }

    @Test func warnsOfASecretThatEveryoneCanRead() throws {
        let folder = try ConfigurationFolder()
        let text = "[Synerise]\nAPIKey=canary\nAPIKeyFile=/k\n"
        let open = try folder.write("open.conf", text, mode: 0o644)
        let closed = try folder.write("closed.conf", text, mode: 0o640)
        let found = try ConfigurationLoader(.file(open)).load().warnings
        #expect(found.map(\.line) == [2])
        #expect(found.first?.message == "everyone on this device can read the secret in this file")
        #expect(try ConfigurationLoader(.file(closed)).load().warnings.isEmpty)
    }
}
