// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import Testing

/// Loads one file with this text.
func load(_ text: String) throws -> LoadedConfiguration {
    let folder = try ConfigurationFolder()
    return try ConfigurationLoader(.file(folder.write("test.conf", text))).load()
}

/// The problems of one file with this text, without its path.
func problems(_ text: String) throws -> [String] {
    try problems(bytes: Array(text.utf8))
}

func problems(bytes: [UInt8]) throws -> [String] {
    let folder = try ConfigurationFolder()
    let path = try folder.write("test.conf", bytes: bytes)
    let error = #expect(throws: ConfigurationError.self) { try ConfigurationLoader(.file(path)).load() }
    return try #require(error).problems.map { $0.description.replacing(path, with: "test.conf") }
}

/// The warnings of one file with this text, without its path.
func warnings(_ text: String) throws -> [String] {
    let folder = try ConfigurationFolder()
    let path = try folder.write("test.conf", text)
    return try ConfigurationLoader(.file(path)).load().warnings.map {
        $0.description.replacing(path, with: "test.conf")
    }
}

/// The value of one key as it is in effect.
func effective(_ key: String, _ text: String) throws -> String {
    try load(text).effectiveSettings.filter { $0.key.description == key }.map(\.value).joined(separator: "|")
}
