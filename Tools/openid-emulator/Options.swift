// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import AuthorityEmulator
import Foundation
import OpenIDEmulator

/// The flags of `openid-emulator`.
struct Options: ParsableArguments {
    @Option(help: "The port on 127.0.0.1; 0 takes a free one.")
    var port: UInt16 = 0

    @Option(help: ArgumentHelp("What stands behind the address in the issuer.", valueName: "path"))
    var issuerPath = "/realms/shop"

    @Option(
        help: "A client, ID[:SECRET[:basic|post]], repeatable; without a secret it is public (default: kiosk).",
        transform: { try ClientOption($0) })
    var client: [ClientOption] = []

    @Option(help: ArgumentHelp("Where a browser may be sent to, repeatable.", valueName: "uri"))
    var redirectURI: [String] = []

    @Option(
        help: "A person, LOGIN[:EMAIL[:SUB]], repeatable (default: anna).", transform: { try AccountOption($0) })
    var account: [AccountOption] = []

    @Option(
        help: ArgumentHelp("What it does that providers do differently, NAME=VALUE, repeatable.", valueName: "option"))
    var option: [String] = []

    // A negative number begins like a flag.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How far the emulator's clock is ahead of the machine's, in seconds.", valueName: "seconds"))
    var clockOffset: Int64 = 0

    @Option(
        help: ArgumentHelp("A file that every request is appended to as a line of JSON.", valueName: "file"),
        completion: .file())
    var log: String?

    @Option(
        help: "A fault, such as on=token.refresh,times=1,status=503, repeatable.", transform: { try Fault($0) })
    var fault: [Fault] = []

    @Option(
        help: ArgumentHelp("An RSA key in PEM to sign with (default: a new one).", valueName: "file"),
        completion: .file())
    var key: String?

    @Option(
        help: ArgumentHelp("A file to keep codes, grants and tokens in over a restart.", valueName: "file"),
        completion: .file())
    var state: String?

    @Flag(help: "Answers have no Date.")
    var noDate = false

    /// What the flags ask for, with the files that they name.
    func emulatorOptions() throws -> EmulatorOptions {
        var options = EmulatorOptions()
        options.port = port
        options.issuerPath = issuerPath
        options.clients = client
        options.redirectURIs = redirectURI
        options.accounts = account
        for text in option { try options.behaviour.read(text) }
        options.clockOffsetSeconds = clockOffset
        options.statesDate = !noDate
        options.signingKeyPEM = try key.map(Options.content)
        options.faults = fault
        options.logFile = log
        options.stateFile = state
        return options
    }

    private static func content(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(path) cannot be read")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
