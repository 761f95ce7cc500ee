// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension Emulator {
    /// Notes a request that was judged; its answer may still wait.
    func record(_ request: Request, at endpoint: Endpoint?, _ answer: Answer, _ fault: Fault?) {
        log.add(
            LogEntry(
                sequence: log.entries.count + 1, machineMilliseconds: clock.machineMilliseconds(), request: request,
                endpoint: endpoint, subject: subject(of: request),
                status: answer.delivery == .dropped ? nil : answer.status, fault: fault?.text))
        changes.announce()
    }

    private func subject(of request: Request) -> Subject {
        let body = try? JSONValue(parsing: request.body)
        let claims = request.bearer.flatMap(key.claims)
        return Subject(
            apiKey: body?["apiKey"]?.string, uuid: body?["uuid"]?.string ?? claims?.uuid, tokenID: claims?.id)
    }
}
