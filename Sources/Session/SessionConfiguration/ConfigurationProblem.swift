// SPDX-License-Identifier: Apache-2.0

/// One thing that is wrong, or odd, in a configuration; never holds the value of a secret.
package struct ConfigurationProblem: Sendable, Hashable, CustomStringConvertible {
    /// The file, or the folder of drop-ins.
    package var path: String
    /// Counted from 1; absent where the file as a whole is meant.
    package var line: Int?
    /// The name of the setting, without its section.
    package var key: String?
    /// What is wrong.
    package var message: String
    /// The accepted form.
    package var expected: String?

    init(path: String, line: Int? = nil, key: String? = nil, message: String, expected: String? = nil) {
        self.path = path
        self.line = line
        self.key = key
        self.message = message
        self.expected = expected
    }

    init(_ origin: SettingOrigin, key: String? = nil, message: String, expected: String? = nil) {
        switch origin {
        case .builtIn: self.init(path: "default", key: key, message: message, expected: expected)
        case .file(let path, let line):
            self.init(path: path, line: line, key: key, message: message, expected: expected)
        }
    }

    /// `path:line: Key=: message; expected …`, on one line.
    package var description: String {
        var text = Printable.escaped(path)
        if let line { text += ":\(line)" }
        text += ": "
        if let key { text += "\(key)=: " }
        text += message
        if let expected { text += "; expected \(expected)" }
        return text
    }
}
