// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A request as it came.
struct ServerRequest: Sendable {
    let connection: Int
    let head: String
    var body: [UInt8] = []

    package var lines: [String] { head.components(separatedBy: "\r\n").filter { !$0.isEmpty } }

    func header(_ name: String) -> String? {
        let line = lines.dropFirst().first { $0.lowercased().hasPrefix("\(name):") }
        return line.map { String($0.dropFirst(name.count + 1)).trimmingCharacters(in: .whitespaces) }
    }
}
