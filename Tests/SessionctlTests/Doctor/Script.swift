// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Foundation
import Glibc

@testable import TestSupport

/// Makes a program of sh(1) in a folder; its path.
///
/// Another process writes it: what a child of this one, between fork and exec, still holds open for writing cannot be run.
func script(_ body: String, in folder: TemporaryFolder) async throws -> String {
    let (text, program) = (folder.file("program.text"), folder.file("program"))
    try "#!/bin/sh\n\(body)\n".write(toFile: text, atomically: false, encoding: .utf8)
    guard chmod(text, 0o755) == 0 else { throw SystemFailure("chmod") }
    let copy = try Child(["/bin/cp", "--preserve=mode", text, program], environment: [], streams: [])
    guard await copy.status() == 0 else { throw SystemFailure("cp") }
    return program
}
