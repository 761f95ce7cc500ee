// SPDX-License-Identifier: Apache-2.0

/// The REST API as far as a customer session uses it, without the network: a request in, an answer out.
///
/// Requests are judged one after another; their answers may wait (``Fault``) and overtake one another.
actor Emulator {
    let options: EmulatorOptions
    let routes: Routes
    let key: TokenKey
    var clock: EmulatorClock
    var lifetimeSeconds: Int64
    var accounts: Accounts
    var issued = IssuedTokens()
    var faults = FaultList()
    var log: RequestLog
    var changes = Changes()
    /// How often what is held was released.
    var releases = 0
    var heldCount = 0
    private var lastTokenNumber: UInt64 = 0

    /// - Throws: ``OptionError`` for a path, a key or a log file that cannot be used.
    init(_ options: EmulatorOptions) throws(OptionError) {
        try options.checkSpans()
        self.options = options
        routes = try Routes(options)
        key = try Emulator.key(options.signingKeyPEM)
        clock = EmulatorClock(offsetSeconds: options.clockOffsetSeconds)
        lifetimeSeconds = options.tokenLifetimeSeconds
        accounts = Accounts(options.accounts)
        log = try RequestLog(file: options.logFile)
        faults.add(options.faults)
    }

    private static func key(_ pem: String?) throws(OptionError) -> TokenKey {
        do {
            return if let pem { try TokenKey(pem: pem) } else { try TokenKey() }
        } catch {
            throw OptionError("the signing key has to be an RSA key of at least 2,048 bits in PEM: \(error)")
        }
    }

    func answer(_ request: Request) async -> Answer {
        if request.path.hasPrefix(ControlPath.prefix) { return await control(request) }
        let endpoint = routes.endpoint(at: request.path)
        let fault = faults.take(for: endpoint)
        var answer = self.answer(request, at: endpoint, fault)
        if options.statesDate { answer.headers["Date"] = HTTPDate.text(secondsSince1970: clock.nowSeconds) }
        record(request, at: endpoint, answer, fault)
        if let fault { await wait(fault) }
        return answer
    }

    private func answer(_ request: Request, at endpoint: Endpoint?, _ fault: Fault?) -> Answer {
        if case .status(let status) = fault?.effect { return answer(status, to: request) }
        do {
            let judged = try judge(request, at: endpoint)
            return spoil(judged.answer(fault?.effect), fault?.effect)
        } catch {
            return spoil(error.answer(path: request.path, nowSeconds: clock.nowSeconds), fault?.effect)
        }
    }

    private func wait(_ fault: Fault) async {
        if fault.holds { await hold() }
        if let delay = fault.delay { try? await Task.sleep(for: delay) }
    }

    /// A token for those claims, known from now on.
    func issue(_ draft: TokenDraft) throws(Refusal) -> TokenObject {
        lastTokenNumber += 1
        let now = clock.nowMilliseconds
        let claims = TokenClaims(
            id: "\(now)-\(lastTokenNumber)", uuid: draft.uuid, origin: draft.origin,
            apiKeyHash: SHA256Hex.of(draft.apiKey), login: draft.login, customID: draft.customID,
            clientID: draft.clientID, createdMilliseconds: now, expirationSeconds: now / 1000 + lifetimeSeconds)
        guard let token = try? key.token(claims) else { throw Refusal(status: 500, message: "cannot sign the token") }
        issued.add(claims)
        return TokenObject(token: token, claims: claims)
    }
}
