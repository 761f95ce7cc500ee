// SPDX-License-Identifier: Apache-2.0

import AccessRules
import SessionClient
import SessionConfiguration
import SessionProtocol
import SessiondPrimitives

extension AccessExplanation {
    /// Who it is about, and a line for each capability and for each rule that grants it.
    func text(_ sockets: SocketAdmissions) -> String {
        var fields = Fields()
        let labels = labels
        fields.add("User", caller.user.map { named(.user($0), labels) } ?? "one whom no line names")
        fields.add("Groups", caller.groups.sorted().map { named(.group($0), labels) })
        fields.add("Origin", page.map { "\($0)" })
        fields.add("Configuration", files.isEmpty ? ["no file, the defaults apply"] : files)
        fields.add("Socket", sockets.apps?.text)
        fields.add("For observers", sockets.observers?.text)
        for capability in Capability.allCases {
            let reasons = reasons(for: capability, sockets)
            for reason in reasons { fields.add(capability.rawValue, reason) }
            if reasons.isEmpty { fields.add(capability.rawValue, refusal(of: capability, labels)) }
        }
        return fields.text(for: Display.output.forReports)
    }

    /// The same as one object.
    func json(_ sockets: SocketAdmissions) -> JSONValue {
        let labels = labels
        let user = caller.user.map { JSONMember("user", account(.user($0), labels)) }
        let groups = caller.groups.sorted().map { account(.group($0), labels) }
        let capabilities = Capability.allCases.map { (capability: Capability) -> JSONValue in
            var members = [
                JSONMember("capability", .string(capability.rawValue)),
                JSONMember("granted", .bool(decision.capabilities.contains(capability))),
                JSONMember("by", .array(origins(of: capability))),
            ]
            if !decision.ownCapabilities.contains(capability), let line = line(granting: capability, labels) {
                members.append(JSONMember("missing", .string(line)))
            }
            if page != nil {
                members.append(JSONMember("byOrigin", .array(originLines(granting: capability).map(json(of:)))))
            }
            if isKeptFromPages(capability), let line = decision.originLine(granting: capability) {
                members.append(JSONMember("missingOrigin", .string(line)))
            }
            if isForObservers(capability, sockets) { members.append(JSONMember("byObserverSocket", .bool(true))) }
            return .object(members)
        }
        let members = [
            user, JSONMember("groups", .array(groups)),
            page.map { JSONMember("onBehalfOf", .object([JSONMember("origin", .string("\($0)"))])) },
            JSONMember("files", .array(files.map(JSONValue.string))),
            sockets.apps.map { JSONMember("socket", $0.json) },
            sockets.observers.map { JSONMember("observerSocket", $0.json) },
        ]
        let said = [
            JSONMember("capabilities", .array(capabilities)),
            JSONMember("warnings", .array(warnings.map(JSONValue.string))),
        ]
        return .object(members.compactMap { $0 } + said)
    }

    // Whoever may connect to the observers' socket has it there, whatever the lines say.
    private func isForObservers(_ capability: Capability, _ sockets: SocketAdmissions) -> Bool {
        capability == .identityRead && sockets.observers?.mayConnect == true && decision.exception != .stranger
            && !isKeptFromPages(capability)
    }

    private var labels: [UnixID: String] {
        AccountLabels.of(Set(caller.groups.map { .group($0) }).union(caller.user.map { [.user($0)] } ?? []))
    }

    // Why somebody has it; or what would give it to them, if a socket were not closed.
    private func reasons(for capability: Capability, _ sockets: SocketAdmissions) -> [String] {
        if isKeptFromPages(capability) { return [] }
        let own =
            decision.exception.map { $0.grantor.map { [$0] } ?? [] }
            ?? lines(granting: capability).map { "\($0.origin): \(Display.whole("Allow=\($0)"))" }
        // To its pages everything that the caller has itself; they have it by both.
        let grants =
            own.isEmpty
            ? []
            : own + originLines(granting: capability).map { "\($0.origin): \(Display.whole("AllowOrigin=\($0)"))" }
        let isShutOut = sockets.apps?.mayConnect == false
        let byLines = grants.map { isShutOut ? "no, since the socket is closed: by \($0)" : "yes, by \($0)" }
        guard isForObservers(capability, sockets) else { return byLines }
        return (isShutOut ? [] : byLines) + ["yes, on \(sockets.observers?.path.description ?? "")"]
    }

    private func refusal(of capability: Capability, _ labels: [UnixID: String]) -> String {
        guard isKeptFromPages(capability) else { return ownRefusal(of: capability, labels) }
        guard let line = decision.originLine(granting: capability) else { return "no: pages never have it" }
        let refusal = "no; in [Access] this would let its pages have it: \(Display.whole(line))"
        return decision.ownCapabilities.contains(capability)
            ? refusal : "\(refusal); and the user: \(ownRefusal(of: capability, labels))"
    }

    private func ownRefusal(of capability: Capability, _ labels: [UnixID: String]) -> String {
        let open = openLines(on: capability).map { "\($0.origin)" }
        guard open.isEmpty else { return "not known: a name could not be asked, by \(open.joined(separator: ", "))" }
        guard let line = line(granting: capability, labels) else {
            let kind = caller.user == nil ? "group" : "user"
            return "no: that \(kind) stands for every \(kind) that is not known here, and no line can name it"
        }
        return "no; in [Access] this would grant it: \(Display.whole(line))"
    }

    // With the name that the account has here, where it has one; a name with blanks is quoted with its word.
    private func line(granting capability: Capability, _ labels: [UnixID: String]) -> String? {
        guard let line = decision.line(granting: capability) else { return nil }
        let id: UnixID? = caller.user.map { .user($0) } ?? caller.credentials.nameableGroup.map { .group($0) }
        guard let id, let name = labels[id], name != "\(id.number)" else { return line }
        let subject = "\(caller.user == nil ? "group" : "user"):\(name)"
        return "Allow=\(capability.rawValue) \(name.contains(" ") ? "\"\(subject)\"" : subject)"
    }

    private func origins(of capability: Capability) -> [JSONValue] {
        if let exception = decision.exception {
            return exception.grantor.map { [.object([JSONMember("origin", .string($0))])] } ?? []
        }
        return lines(granting: capability).map { json("\($0)", $0.origin) }
    }

    private func json(of rule: OriginRule) -> JSONValue { json("\(rule)", rule.origin) }

    private func json(_ rule: String, _ origin: SettingOrigin) -> JSONValue {
        var members = [JSONMember("origin", .string("\(origin)")), JSONMember("rule", .string(rule))]
        if case .file(let path, let line) = origin {
            members += [JSONMember("file", .string(path)), JSONMember("line", .number(JSONNumber(Int64(line))))]
        }
        return .object(members)
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
