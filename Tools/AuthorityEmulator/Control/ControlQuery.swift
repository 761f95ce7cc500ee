// SPDX-License-Identifier: Apache-2.0

/// The query of a control call.
struct ControlQuery {
    private let items: [String: String]

    init(_ request: Request) { items = request.query }

    func text(_ name: String) -> String? { items[name] }

    func number(_ name: String) throws(OptionError) -> Int? {
        guard let text = items[name] else { return nil }
        guard let number = Int(text), number >= 0 else { throw OptionError("\(name) has to be a whole number") }
        return number
    }
}
