// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import AuthorityEmulator
import Foundation
import SyneriseEmulator

/// The flags of `synerise-emulator`.
struct Options: ParsableArguments {
    @Option(help: "The port on 127.0.0.1; 0 takes a free one.")
    var port: UInt16 = 0

    @Option(help: ArgumentHelp("An API key that is accepted, repeatable (default: any).", valueName: "key"))
    var apiKey: [String] = []

    @Option(help: "An account, LOGIN:PASSWORD[:CUSTOMID], repeatable.", transform: { try AccountOption($0) })
    var account: [AccountOption] = []

    @Option(help: ArgumentHelp("A file with one account a line.", valueName: "file"), completion: .file())
    var accounts: String?

    @Option(
        help: ArgumentHelp(
            "A provider token that is accepted, PROVIDER:TOKEN[:LOGIN], repeatable.", valueName: "token"),
        transform: { try ProviderTokenOption($0) })
    var providerToken: [ProviderTokenOption] = []

    @Option(
        help: "What the conditional sign-in answers for an account, LOGIN=STATUS[:CONDITION…], repeatable.",
        transform: { try ConditionOption($0) })
    var condition: [ConditionOption] = []

    @Option(help: ArgumentHelp("How long a token lives, in seconds.", valueName: "seconds"))
    var tokenLifetime: Int64 = 3600

    // A negative number begins like a flag.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How far the emulator's clock is ahead of the machine's, in seconds.", valueName: "seconds"))
    var clockOffset: Int64 = 0

    @Option(
        help: ArgumentHelp("A file that every request is appended to as a line of JSON.", valueName: "file"),
        completion: .file())
    var log: String?

    @Option(help: "A fault, such as on=E5,times=1,status=503, repeatable.", transform: { try Fault($0) })
    var fault: [Fault] = []

    @Option(
        help: ArgumentHelp("An RSA key in PEM to sign with (default: a new one).", valueName: "file"),
        completion: .file())
    var key: String?

    @Flag(help: "A refresh revokes the token that it replaces.")
    var rotate = false

    @Flag(help: "Answers have no Date.")
    var noDate = false

    @Option(help: ArgumentHelp("Serves sign-out at that path.", valueName: "path"))
    var signOutPath: String?

    @Option(help: ArgumentHelp("Serves account deletion at that path.", valueName: "path"))
    var deleteAccountPath: String?

    @Option(help: ArgumentHelp("Serves Simple Authentication at that path.", valueName: "path"))
    var simpleAuthenticationPath: String?
}
