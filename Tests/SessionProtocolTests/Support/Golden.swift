// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessionProtocol

/// The files in `Golden`: each line is one message as it stands on the wire.
enum Golden {
    static func lines(_ name: String) throws -> [String] {
        guard let folder = Bundle.module.url(forResource: "Golden", withExtension: nil) else {
            throw CocoaError(.fileNoSuchFile)
        }
        let file = folder.appendingPathComponent("\(name).json")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// The names of all files, without `.json`.
    static func names() throws -> Set<String> {
        guard let folder = Bundle.module.url(forResource: "Golden", withExtension: nil) else {
            throw CocoaError(.fileNoSuchFile)
        }
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return Set(files.map { $0.deletingPathExtension().lastPathComponent })
    }

    /// The messages that the module declares, read from its source.
    static func declaredMessages() throws -> Set<String> {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../..").standardizedFileURL
        let folder = package.appendingPathComponent("Sources/Session/SessionProtocol/Messages")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
        let declaration =
            #/public (?:struct|enum) (\w+): (?:Session(?:Request|Mutation|Response)|ParameterlessRequest)\b/#
        var names: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let source = try String(contentsOf: file, encoding: .utf8)
            names.formUnion(source.matches(of: declaration).map { String($0.1) })
        }
        return names
    }

    static let uuid = CustomerUUID(bytes: uuidBytes(0x345d_4c8f_5aff_591d, 0xa19c_1ca4_8923_d9ee), version: 5)
    static let otherUUID = CustomerUUID(bytes: uuidBytes(0x7023_e164_2318_542c, 0x9992_0b70_cf4c_5625), version: 5)

    /// The name of a sign-in at the authority.
    static let attempt = "4f1cb4ac-55d2-4b5e-9d1f-6a9d0a1e3c77"
    static let page = "https://till.example.com"

    private static func uuidBytes(_ halves: UInt64...) -> [UInt8] {
        halves.flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
    }

    /// 2026-11-23T06:02:03Z.
    static let expiry = Timestamp(secondsSince1970: 1_795_413_723)
    /// 2026-11-23T05:02:03Z.
    static let now = Timestamp(secondsSince1970: 1_795_410_123)
}
