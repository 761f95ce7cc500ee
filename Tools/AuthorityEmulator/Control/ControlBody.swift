// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// The members of a control call.
package struct ControlBody {
    /// Where an emulator itself is steered; such calls are in no log and no fault applies to them.
    package static let path = "/__control/"

    /// The whole object.
    package let value: JSONValue

    package init(_ request: Request) throws(OptionError) {
        guard let value = try? JSONValue(parsing: request.body), value.members != nil else {
            throw OptionError("the body has to be a JSON object")
        }
        self.value = value
    }

    package func string(_ name: String) throws(OptionError) -> String? {
        try read(name, "a string") { $0.string }
    }

    package func integer(_ name: String) throws(OptionError) -> Int64? {
        try read(name, "an integer") { $0.integer }
    }

    package func bool(_ name: String) throws(OptionError) -> Bool? {
        try read(name, "true or false") { $0.bool }
    }

    package func strings(_ name: String) throws(OptionError) -> [String] {
        let strings = try read(name, "an array of strings") { value -> [String]? in
            guard case .array(let elements) = value else { return nil }
            let strings = elements.compactMap(\.string)
            return strings.count == elements.count ? strings : nil
        }
        guard let strings else { throw OptionError("\(name) is required") }
        return strings
    }

    private func read<Value>(_ name: String, _ form: String, _ convert: (JSONValue) -> Value?) throws(OptionError)
        -> Value?
    {
        guard let member = value[name] else { return nil }
        guard let converted = convert(member) else { throw OptionError("\(name) has to be \(form)") }
        return converted
    }
}
