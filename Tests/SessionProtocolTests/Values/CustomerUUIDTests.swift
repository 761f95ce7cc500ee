// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@Suite("Customer UUIDs", .timeLimit(.minutes(10)))
struct CustomerUUIDTests {
    @Test(
        "a UUID is kept in lower case",
        arguments: [
            "345d4c8f-5aff-591d-a19c-1ca48923d9ee", "345D4C8F-5AFF-591D-A19C-1CA48923D9EE",
            "345d4C8f-5aFF-591d-A19c-1ca48923D9ee", "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        ])
    func accepts(text: String) throws {
        let uuid = try #require(CustomerUUID(text))
        #expect(uuid.description == text.lowercased())
        #expect(CustomerUUID(uuid.description) == uuid)
        #expect(Set([uuid, try #require(CustomerUUID(text.uppercased()))]).count == 1)
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "345d4c8f5aff591da19c1ca48923d9ee", "{345d4c8f-5aff-591d-a19c-1ca48923d9ee}",
            "urn:uuid:345d4c8f-5aff-591d-a19c-1ca48923d9ee", "345d4c8f-5aff-591d-a19c-1ca48923d9e",
            "345d4c8f-5aff-591d-a19c-1ca48923d9eef", "345d4c8f-5aff-591d-a19c-1ca48923d9eg",
            "345d4c8f-5aff-591d-a19c-1ca48923d9e ", " 45d4c8f-5aff-591d-a19c-1ca48923d9ee",
            "345d4c8f_5aff_591d_a19c_1ca48923d9ee", "345d4c8f-5aff-591d-a19c11ca48923d9ee",
            "345d4c8-f5aff-591d-a19c-1ca48923d9ee", "345d4c8f-5aff-591d-a19c-1ca48923d9é",
            "345d4c8f-5aff-591d-a19c-1ca48923d9\0e", "------------------------------------",
            "３45d4c8f-5aff-591d-a19c-1ca48923d9",
        ])
    func refuses(text: String) {
        #expect(CustomerUUID(text) == nil)
    }

    @Test(
        "bytes get the version and the variant of RFC 9562",
        arguments: [
            ([UInt8](repeating: 0, count: 16), 4, "00000000-0000-4000-8000-000000000000"),
            ([UInt8](repeating: 0xFF, count: 16), 4, "ffffffff-ffff-4fff-bfff-ffffffffffff"),
            ([UInt8](repeating: 0xFF, count: 20), 5, "ffffffff-ffff-5fff-bfff-ffffffffffff"),
            (Array(0...15), 5, "00010203-0405-5607-8809-0a0b0c0d0e0f"),
            ([], 4, "00000000-0000-4000-8000-000000000000"),
            // RFC 9562 Appendix A.4: the SHA-1 of the DNS namespace and "www.example.com", 20 bytes.
            (
                [
                    0x2e, 0xd6, 0x65, 0x7d, 0xe9, 0x27, 0x46, 0x8b, 0x55, 0xe1, 0x26, 0x65, 0xa8, 0xae, 0xa6, 0xa2,
                    0x2d, 0xee, 0x3e, 0x35,
                ],
                5, "2ed6657d-e927-568b-95e1-2665a8aea6a2"
            ),
        ] as [([UInt8], UInt8, String)])
    func fromBytes(bytes: [UInt8], version: UInt8, expected: String) {
        #expect(CustomerUUID(bytes: bytes, version: version).description == expected)
    }
}
