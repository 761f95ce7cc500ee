// SPDX-License-Identifier: Apache-2.0

/// An authority in a process: judges requests one after another; their answers may wait (``AuthorityFault``) and overtake one
/// another.
package actor Emulator<Authority: EmulatedAuthority> {
    var authority: Authority
    var faults = FaultList<Authority>()
    var log: RequestLog<Authority>
    var changes = Changes()
    /// How often what is held was released.
    var releases = 0
    var heldCount = 0
    private let statesDate: Bool

    /// - Throws: ``OptionError`` for a log file that cannot be written.
    package init(_ authority: Authority, _ settings: EmulatorSettings<Authority>) throws(OptionError) {
        self.authority = authority
        statesDate = settings.statesDate
        log = try RequestLog(file: settings.logFile)
        faults.add(settings.faults)
    }

    func answer(_ request: Request) async -> Answer {
        if request.path.hasPrefix(Self.controlPrefix) { return await control(request) }
        let endpoint = authority.endpoint(of: request)
        let fault = faults.take(for: endpoint)
        var answer = self.answer(request, at: endpoint, fault)
        if statesDate { answer.headers["Date"] = HTTPDate.text(secondsSince1970: authority.clock.nowSeconds) }
        record(request, at: endpoint, answer, fault)
        if let fault { await wait(fault) }
        return answer
    }

    private func answer(
        _ request: Request, at endpoint: Authority.Endpoint?, _ fault: AuthorityFault<Authority>?
    ) -> Answer {
        guard let fault else { return authority.answer(request, at: endpoint, nil) }
        if case .status(let status) = fault.effect { return answer(status, to: request, fault.spoiling) }
        var answer = authority.answer(request, at: endpoint, fault.spoiling)
        if let effect = fault.effect { answer.spoil(effect) }
        return answer
    }

    /// Notes a request that was judged; its answer may still wait.
    private func record(
        _ request: Request, at endpoint: Authority.Endpoint?, _ answer: Answer, _ fault: AuthorityFault<Authority>?
    ) {
        log.add(
            LogEntry(
                sequence: log.entries.count + 1, machineMilliseconds: authority.clock.machineMilliseconds(),
                request: request, endpoint: endpoint, own: authority.logged(request, at: endpoint, answer),
                status: answer.delivery == .dropped ? nil : answer.status, fault: fault?.text))
        changes.announce()
    }

    private func wait(_ fault: AuthorityFault<Authority>) async {
        if fault.holds { await hold() }
        if let delay = fault.delay { try? await Task.sleep(for: delay) }
    }

    func listens(port: UInt16) { authority.listens(port: port) }
}
