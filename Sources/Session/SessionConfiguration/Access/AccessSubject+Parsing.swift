// SPDX-License-Identifier: Apache-2.0

import AccessRules

extension AccessSubject {
    /// Reads `user:NAME-OR-ID`, `group:NAME-OR-ID` or `any`.
    init(parsing word: String) throws(InvalidValue) {
        if word.isSame(as: "any") {
            self = .any
        } else if word.utf8.starts(with: "user:".utf8) {
            self = .user(try AccessPrincipal(parsing: String(word.utf8.dropFirst(5))))
        } else if word.utf8.starts(with: "group:".utf8) {
            self = .group(try AccessPrincipal(parsing: String(word.utf8.dropFirst(6))))
        } else {
            throw InvalidValue("not a subject, which is any, or begins with user: or group:")
        }
    }
}

extension AccessPrincipal {
    /// Reads a name, or an id in decimal digits.
    init(parsing text: String?) throws(InvalidValue) {
        guard let text, !text.isEmpty else { throw InvalidValue("no name in the subject") }
        if text.utf8.allSatisfy(ASCII.isDigit) {
            self = .id(try Self.id(text))
        } else {
            // What systemd takes as a name even in its relaxed mode has none of these.
            guard text.utf8.count <= 256, text.utf8.first != UInt8(ascii: "-"),
                !text.utf8.contains(where: { ASCII.isControl($0) || ":/,".utf8.contains($0) })
            else { throw InvalidValue("a name that no user or group can have") }
            self = .name(text)
        }
    }

    private static func id(_ digits: String) throws(InvalidValue) -> UInt32 {
        guard let id = UInt32(digits), id != .max else { throw InvalidValue("an id out of range") }
        if id == Credentials.overflowID {
            throw InvalidValue("65534 stands for every id that the kernel cannot map, so it is granted nothing")
        }
        return id
    }
}
