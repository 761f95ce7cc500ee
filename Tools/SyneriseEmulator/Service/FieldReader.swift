// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import SessionProtocol

/// Reads the members of a request's body and collects what is wrong with them.
struct FieldReader {
    private let members: JSONValue
    private var problems: [Refusal.Field] = []

    /// - Throws: 415 for another media type than JSON, 400 for a body that is not an object.
    init(_ request: Request) throws(Refusal) {
        let type = request.headers["content-type"]?.split(separator: ";").first.map { $0.lowercased() }
        guard type == "application/json" else {
            throw Refusal(status: 415, message: "Content-Type has to be application/json")
        }
        guard let value = try? JSONValue(parsing: request.body), value.members != nil else {
            throw Refusal(status: 400, message: "the body is not a JSON object")
        }
        members = value
    }

    /// A string that has to be there and not empty; empty where it is not, which ``check()`` then says.
    mutating func required(_ name: String) -> String {
        guard let value = members[name], value != .null, value != .string("") else {
            problems.append(Refusal.Field(name: name, message: "is required"))
            return ""
        }
        return string(name, value) ?? ""
    }

    /// A string, or nothing where it is absent or null.
    mutating func optional(_ name: String) -> String? {
        guard let value = members[name], value != .null else { return nil }
        return string(name, value)
    }

    /// A UUID in lower case; empty where there is none.
    mutating func requiredUUID() -> String {
        let text = required("uuid")
        return text.isEmpty ? "" : uuid(text) ?? ""
    }

    mutating func optionalUUID() -> String? { optional("uuid").flatMap { uuid($0) } }

    mutating func flag(_ name: String) -> Bool {
        guard let value = members[name], value != .null else { return false }
        if value.bool == nil { refuse(name, "has to be true or false", value) }
        return value.bool ?? false
    }

    /// Refuses anything but an object at that name.
    mutating func object(_ name: String) {
        guard let value = members[name], value != .null, value.members == nil else { return }
        refuse(name, "has to be an object", value)
    }

    /// Refuses members of other names, so that a misspelt one does not get lost.
    mutating func only(_ names: Set<String>) {
        for member in members.members ?? [] where !names.contains(member.name) {
            refuse(member.name, "is not a member of this request", member.value)
        }
    }

    mutating func refuse(_ name: String, _ message: String, _ value: JSONValue = .null) {
        problems.append(Refusal.Field(name: name, message: message, rejectedValue: value))
    }

    /// - Throws: 400 with everything that was found.
    func check() throws(Refusal) {
        guard problems.isEmpty else {
            throw Refusal(status: 400, message: "the request is not valid", fields: problems)
        }
    }

    private mutating func string(_ name: String, _ value: JSONValue) -> String? {
        if value.string == nil { refuse(name, "has to be a string", value) }
        return value.string
    }

    private mutating func uuid(_ text: String) -> String? {
        let uuid = CustomerUUID(text)
        if uuid == nil { refuse("uuid", "has to be a UUID", .string(text)) }
        return uuid?.description
    }
}
