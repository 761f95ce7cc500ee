// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A finished run of a program of systemd; stdout and stderr together.
struct ToolRun {
    let output: String
    let exitCode: CInt

    init(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        exitCode = process.terminationStatus
    }
}
