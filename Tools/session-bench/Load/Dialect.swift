// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What a server is asked for, and how its answers are told apart.
enum Dialect: String, CaseIterable, ExpressibleByArgument {
    case sessiond
    /// RESP2, a value by its key.
    case redis
    /// An access token by its account's name, over the agent's unencrypted requests.
    case oidcAgent = "oidc-agent"

    /// The bytes of a request for what is named: a method without parameters, a key, an account.
    func request(_ name: String) -> [UInt8] {
        switch self {
        case .sessiond: Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\(name)\"}\n".utf8)
        case .redis: Array("*2\r\n$3\r\nGET\r\n$\(name.utf8.count)\r\n\(name)\r\n".utf8)
        case .oidcAgent: Array(#"{"request":"access_token","account":"\#(name)","min_valid_period":0}"#.utf8)
        }
    }

    /// What every right answer begins with.
    var answerPrefix: [UInt8] {
        switch self {
        case .sessiond: Array(#"{"jsonrpc":"2.0","id":1,"result":"#.utf8)
        // Not -1, which is no value.
        case .redis: Array("$".utf8)
        case .oidcAgent: Array(#"{"status":"success""#.utf8)
        }
    }

    /// A byte, and the how manieth of them ends an answer.
    var answerEnd: (byte: UInt8, count: Int) {
        switch self {
        case .sessiond: (0x0A, 1)
        case .redis: (0x0A, 2)
        case .oidcAgent: (UInt8(ascii: "}"), 1)
        }
    }
}
