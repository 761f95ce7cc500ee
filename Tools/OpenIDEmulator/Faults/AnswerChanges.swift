// SPDX-License-Identifier: Apache-2.0

package import AuthorityEmulator
import SessionProtocol

/// What a fault changes in a good answer: `set=NAME:JSON`, `omit=NAME`, `rename=NAME:NAME`, `pad=NAME:BYTES` in its members,
/// or in the parameters of the address that it redirects to; `claim=NAME:JSON`, `omit-claim=NAME` in its id token, which is
/// signed again; `form` sends it as a form. With `status=`, `error=NAME`, `description=TEXT` and `suberror=NAME` are the body.
package struct AnswerChanges: AnswerSpoiling {
    fileprivate enum Change: Equatable {
        case set(String, JSONValue)
        case omit(String)
        case rename(String, to: String)
        case pad(String, bytes: Int)
    }

    private var changes: [Change] = []
    private var claims: [Change] = []
    private var isForm = false
    private var errorMembers: [JSONMember] = []

    package static let accepted =
        "set=NAME:JSON, omit=, rename=NAME:NAME, pad=NAME:BYTES, claim=NAME:JSON, omit-claim=, form, error=, description=, "
        + "suberror="

    package static func read(_ word: FaultWord, after earlier: AnswerChanges?) throws(OptionError) -> AnswerChanges? {
        var all = earlier ?? AnswerChanges()
        switch word.name {
        case "set", "omit", "rename", "pad": all.changes.append(try Change(word))
        case "claim", "omit-claim": all.claims.append(try Change(word))
        case "form": all.isForm = true
        case "error", "description", "suberror":
            guard let value = word.value else { throw OptionError("\(word.name) has no value") }
            let name = word.name == "description" ? "error_description" : word.name
            all.errorMembers.append(JSONMember(name, .string(value)))
        default: return nil
        }
        return all
    }

    package func conflict(with effect: FaultEffect?) -> String? {
        let isChanged = !changes.isEmpty || !claims.isEmpty
        return switch effect {
        case .status: isChanged ? "an answer with a status of its own has only an error" : nil
        default: errorMembers.isEmpty ? nil : "error, description and suberror need a status"
        }
    }

    /// The body of an error; `nil`: no word says any.
    var error: Answer? {
        guard !errorMembers.isEmpty else { return nil }
        return AnswerChanges.answer(errorMembers, isForm: isForm)
    }

    /// Changes an answer.
    func change(_ answer: inout Answer, signedWith key: SigningKey) {
        if let location = answer.headers["Location"] {
            answer.headers["Location"] = changed(location)
        } else if var members = (try? JSONValue(parsing: answer.body))?.members {
            changeIDToken(&members, key)
            members = AnswerChanges.changed(members, changes)
            let changed = AnswerChanges.answer(members, isForm: isForm)
            (answer.body, answer.headers["Content-Type"]) = (changed.body, changed.headers["Content-Type"])
        }
    }

    private func changeIDToken(_ members: inout [JSONMember], _ key: SigningKey) {
        guard !claims.isEmpty, let index = members.firstIndex(where: { $0.name == "id_token" }),
            let token = members[index].value.string, let content = key.claims(of: token),
            let old = (try? JSONValue(parsing: content))?.members
        else { return }
        var writer = JSONWriter()
        writer.value(.object(AnswerChanges.changed(old, claims)))
        guard let signed = try? key.token(claims: writer.bytes) else { return }
        members[index].value = .string(signed)
    }

    private func changed(_ url: String) -> String {
        let parameters = Form(of: url).sorted.map { JSONMember($0.name, .string($0.value)) }
        let pairs = AnswerChanges.changed(parameters, changes).map {
            (name: $0.name, value: AnswerChanges.text($0.value))
        }
        return "\(url.prefix { $0 != "?" })?\(Form.encoded(pairs))"
    }

    private static func changed(_ members: [JSONMember], _ changes: [Change]) -> [JSONMember] {
        changes.reduce(into: members) { members, change in
            switch change {
            case .set(let name, let value):
                if let index = members.firstIndex(where: { $0.name == name }) {
                    members[index].value = value
                } else {
                    members.append(JSONMember(name, value))
                }
            case .omit(let name): members.removeAll { $0.name == name }
            case .rename(let name, let other):
                for index in members.indices where members[index].name == name { members[index].name = other }
            case .pad(let name, let count):
                for index in members.indices where members[index].name == name {
                    let text = text(members[index].value)
                    members[index].value = .string(
                        text + String(repeating: "A", count: max(0, count - text.utf8.count)))
                }
            }
        }
    }

    private static func answer(_ members: [JSONMember], isForm: Bool) -> Answer {
        guard isForm else {
            return .json { writer in for member in members { writer.member(member.name, member.value) } }
        }
        let pairs = members.map { (name: $0.name, value: text($0.value)) }
        return Answer(
            headers: ["Content-Type": "application/x-www-form-urlencoded"], body: Array(Form.encoded(pairs).utf8))
    }

    /// A string as it is, anything else as JSON.
    private static func text(_ value: JSONValue) -> String {
        if let string = value.string { return string }
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension AnswerChanges.Change {
    fileprivate init(_ word: FaultWord) throws(OptionError) {
        let sides = (word.value ?? "").split(separator: ":", maxSplits: 1).map(String.init)
        switch (word.name, sides.count) {
        case ("omit", 1), ("omit-claim", 1): self = .omit(sides[0])
        case ("rename", 2): self = .rename(sides[0], to: sides[1])
        case ("set", 2), ("claim", 2):
            guard let value = try? JSONValue(parsing: Array(sides[1].utf8)) else {
                throw OptionError("\(word.name)=\(sides[0]): the value is not JSON")
            }
            self = .set(sides[0], value)
        case ("pad", 2):
            guard let count = Int(sides[1]), (0...1_048_576).contains(count) else {
                throw OptionError("pad=\(sides[0]): a number of bytes up to 1048576")
            }
            self = .pad(sides[0], bytes: count)
        default: throw OptionError("\(word.name) has another form")
        }
    }
}
