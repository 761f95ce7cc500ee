// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SyneriseEmulator

extension Options {
    /// What the flags ask for, with the files that they name.
    func emulatorOptions() throws -> EmulatorOptions {
        var options = EmulatorOptions()
        options.port = port
        options.apiKeys = Set(apiKey)
        options.accounts = try account + (accounts.map { try AccountOption.list(Options.content($0), file: $0) } ?? [])
        options.providerTokens = providerToken
        options.conditions = condition
        options.tokenLifetimeSeconds = tokenLifetime
        options.clockOffsetSeconds = clockOffset
        options.rotates = rotate
        options.statesDate = !noDate
        options.signingKeyPEM = try key.map(Options.content)
        options.signOutPath = signOutPath
        options.deleteAccountPath = deleteAccountPath
        options.simpleAuthenticationPath = simpleAuthenticationPath
        options.faults = fault
        options.logFile = log
        return options
    }

    private static func content(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(path) cannot be read")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
