// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionProtocol

/// Ends the process where something is not as it must be: what libFuzzer takes for a finding.
func require(_ condition: Bool, _ what: @autoclosure () -> String) {
    guard !condition else { return }
    fail(what())
}

/// Passes a value on that must be there.
func require<Value>(_ value: Value?, _ what: @autoclosure () -> String) -> Value {
    guard let value else { fail(what()) }
    return value
}

/// Ends the process, saying why.
func fail(_ what: String) -> Never {
    let line = Array("FINDING: \(what)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    abort()
}

/// A value as it is written: equal bytes mean the same value, which `==` on strings does not.
func written(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(value)
    return writer.bytes
}

/// Checks that an error can be answered and logged: one line, which an answer holds.
func checkText(of error: SessionError) {
    require(!error.description.utf8.contains(0x0A), "an error of several lines: \(error)")
    let line = ResponseLine.line(id: Array("null".utf8), error: error)
    require(line.count <= WireLimits.requestLineBytes, "an error of \(line.count) bytes")
    require((try? JSONValue(parsing: line)) != nil, "an error that is no JSON: \(error)")
}

extension [UInt8] {
    /// The parts between lines that hold nothing but `%%`.
    var parts: [[UInt8]] {
        let line = Array("\n%%\n".utf8)
        var parts: [[UInt8]] = []
        var start = 0
        var position = 0
        while position + line.count <= count {
            if self[position] == 0x0A, self[position..<position + line.count].elementsEqual(line) {
                parts.append(Array(self[start..<position]))
                position += line.count
                start = position
            } else {
                position += 1
            }
        }
        return parts + [Array(self[start...])]
    }
}
