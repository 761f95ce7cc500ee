// SPDX-License-Identifier: Apache-2.0

import AccessRules
import SessionConfiguration
import SessionProtocol
import SessiondPrimitives

extension AccessExplanation {
    /// Who it is about, and a line for each capability and for each rule that grants it.
    func text(socket: SocketAdmission?) -> String {
        var fields = Fields()
        let labels = labels
        fields.add("User", caller.user.map { named(.user($0), labels) } ?? "one whom no line names")
        fields.add("Groups", caller.groups.sorted().map { named(.group($0), labels) })
        fields.add("Socket", socket?.text)
        for capability in Capability.allCases {
            let reasons = reasons(for: capability)
            for reason in reasons { fields.add(capability.rawValue, "yes, by \(reason)") }
            if reasons.isEmpty { fields.add(capability.rawValue, refusal(of: capability)) }
        }
        return fields.text
    }

    /// The same as one object.
    func json(socket: SocketAdmission?) -> JSONValue {
        let labels = labels
        let user = caller.user.map { JSONMember("user", account(.user($0), labels)) }
        let groups = caller.groups.sorted().map { account(.group($0), labels) }
        let capabilities = Capability.allCases.map { (capability: Capability) -> JSONValue in
            var members = [
                JSONMember("capability", .string(capability.rawValue)),
                JSONMember("granted", .bool(decision.capabilities.contains(capability))),
                JSONMember("by", .array(origins(of: capability))),
            ]
            if !decision.capabilities.contains(capability), let line = decision.line(granting: capability) {
                members.append(JSONMember("missing", .string(line)))
            }
            return .object(members)
        }
        var members = [user, JSONMember("groups", .array(groups))].compactMap { $0 }
        if let socket { members.append(JSONMember("socket", socket.json)) }
        return .object(members + [JSONMember("capabilities", .array(capabilities))])
    }

    private var labels: [UnixID: String] {
        AccountLabels.of(Set(caller.groups.map { .group($0) }).union(caller.user.map { [.user($0)] } ?? []))
    }

    private func reasons(for capability: Capability) -> [String] {
        if let exception = decision.exception { return exception.grantor.map { [$0] } ?? [] }
        return lines(granting: capability).map { "\($0.origin): Allow=\($0)" }
    }

    private func refusal(of capability: Capability) -> String {
        let open = openLines(on: capability).map { "\($0.origin)" }
        guard open.isEmpty else { return "not known: a name could not be asked, by \(open.joined(separator: ", "))" }
        guard let line = decision.line(granting: capability) else {
            return "no: that user stands for every user that is not known here, and no line can name it"
        }
        return "no; in [Access] this would grant it: \(line)"
    }

    private func origins(of capability: Capability) -> [JSONValue] {
        if let exception = decision.exception {
            return exception.grantor.map { [.object([JSONMember("origin", .string($0))])] } ?? []
        }
        return lines(granting: capability).map { rule in
            var members = [
                JSONMember("origin", .string("\(rule.origin)")), JSONMember("rule", .string("\(rule)")),
            ]
            if case .file(let path, let line) = rule.origin {
                members += [
                    JSONMember("file", .string(path)), JSONMember("line", .number(JSONNumber(Int64(line)))),
                ]
            }
            return .object(members)
        }
    }

    private func named(_ id: UnixID, _ labels: [UnixID: String]) -> String {
        guard let label = labels[id], label != "\(id.number)" else { return "\(id.number)" }
        return "\(label) (\(id.number))"
    }

    private func account(_ id: UnixID, _ labels: [UnixID: String]) -> JSONValue {
        let number = JSONMember("id", .number(JSONNumber(Int64(id.number))))
        guard let label = labels[id], label != "\(id.number)" else { return .object([number]) }
        return .object([number, JSONMember("name", .string(label))])
    }
}

extension AccessDecision.Exception {
    /// What grants everything in place of a rule; `nil` where nothing does.
    fileprivate var grantor: String? {
        switch self {
        case .root: "root"
        case .ownUser: "the daemon's own user"
        case .stranger, .observer: nil
        }
    }
}
