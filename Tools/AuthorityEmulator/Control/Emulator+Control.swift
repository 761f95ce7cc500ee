// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// The control endpoint, below `/__control/`. Bodies and answers are JSON objects; 400 `{"error"}` for a bad one.
/// - `POST faults {"faults":["SPEC"…]}`, `GET faults`, `DELETE faults` (what is held stays held) → `{"faults":[…]}`
/// - `POST release` → `{"released":COUNT}`; `GET held?atLeast=COUNT` answers when so many are held → `{"held":COUNT}`
/// - `GET log?since=SEQUENCE&atLeast=COUNT&on=ENDPOINT` answers when there are so many → `{"entries":[…]}`
/// - `POST clock {"offsetSeconds"}` or `{"advanceSeconds"}` → `{"offsetSeconds","nowSeconds"}`
/// - what the authority has of its own
extension Emulator {
    static var controlPrefix: String { ControlBody.path }

    func control(_ request: Request) async -> Answer {
        do throws(OptionError) {
            return try await steer(request, "\(request.method) \(request.path.dropFirst(Self.controlPrefix.count))")
        } catch {
            return .json(status: 400) { $0.member("error", error.description) }
        }
    }

    private func steer(_ request: Request, _ call: String) async throws(OptionError) -> Answer {
        switch call {
        case "POST faults": try addFaults(try ControlBody(request))
        case "DELETE faults": faults.removeAll()
        case "GET faults": break
        case "POST release": return release()
        case "GET held": return await held(try ControlQuery(request).number("atLeast"))
        case "GET log": return await entries(try LogQuery(ControlQuery(request)))
        case "POST clock": return try setClock(try ControlBody(request))
        default:
            let answer = try authority.control(call, request)
            changes.announce()
            return answer
        }
        return faultList()
    }

    private func addFaults(_ body: ControlBody) throws(OptionError) {
        var added: [AuthorityFault<Authority>] = []
        for text in try body.strings("faults") { added.append(try AuthorityFault<Authority>(text)) }
        faults.add(added)
    }

    private func faultList() -> Answer {
        .json { writer in
            writer.member(
                "faults",
                .array(
                    faults.entries.map { entry in
                        let remaining = entry.remaining.map { JSONValue.number(JSONNumber(Int64($0))) } ?? .null
                        return .object([JSONMember("fault", .string(entry.text)), JSONMember("remaining", remaining)])
                    }))
        }
    }

    private func setClock(_ body: ControlBody) throws(OptionError) -> Answer {
        try authority.clock.set(body)
        return .json { writer in
            writer.member("offsetSeconds", authority.clock.offsetSeconds)
            writer.member("nowSeconds", authority.clock.nowSeconds)
        }
    }

    private func release() -> Answer {
        let count = heldCount
        releases += 1
        changes.announce()
        return .json { $0.member("released", count) }
    }

    private func held(_ atLeast: Int?) async -> Answer {
        await wait { $0.heldCount >= atLeast ?? 0 }
        let count = heldCount
        return .json { $0.member("held", count) }
    }

    private func entries(_ query: LogQuery<Authority>) async -> Answer {
        await wait { query.select($0.log.entries).count >= query.atLeast }
        let found = query.select(log.entries)
        return .json { writer in
            writer.name("entries")
            writer.beginArray()
            for entry in found { entry.write(&writer) }
            writer.endArray()
        }
    }
}
