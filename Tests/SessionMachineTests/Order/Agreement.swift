// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionMachine
@testable import TestSupport

/// What the methods say of one session in one instant, held against one another.
struct Agreement {
    let machine: SessionMachine
    let now: Moment
    private let shown: SessionSnapshot
    private let status: SessionStatus
    /// What is stored, once what is over has ended.
    private let record: SessionRecord

    /// The session as a machine has it at a moment.
    init(of machine: SessionMachine, at now: Moment) {
        (self.machine, self.now) = (machine, now)
        shown = machine.snapshot(at: now)
        // Once the session is over, readers are shown what its owner makes of it.
        var owner = machine
        var turn = Turn(now: now, random: SeededRandom(seed: 1))
        owner.handle(.tick, &turn)
        let current = shown.isOver(at: now) ? owner.snapshot(at: now) : shown
        (status, record) = (current.status(at: now), current.record)
    }

    /// - Throws: ``BrokenRule``: one says what another denies.
    func check() throws(BrokenRule) {
        try checkStatus()
        try checkTokens()
        try checkChanges()
    }

    private func checkStatus() throws(BrokenRule) {
        let (phase, isSimple) = (status.state, status.signedInViaSimpleAuthentication)
        try require(status.signedIn == (phase == .signedIn), "signed in as \(phase)")
        try require(isSimple == (phase == .simple), "recognised as \(phase)")
        try require(!status.signedIn || status.login == record.login, "the login is hidden")
        let isOver = shown.isOver(at: now)
        try require(isOver || shown.phase(at: now) == machine.phase(at: now), "the snapshot is in another phase")
        try require(!isOver || shown.immediateAnswer(to: RetrieveToken(), at: now) == nil, "the end is not heeded")
        // What is prepared now is true until then, but for what changes with the token's life.
        let later = Moment(boottime: shown.holdsUntil(from: now) - .nanoseconds(1), wall: now.wall)
        guard !isOver, later.boottime >= now.boottime else { return }
        try require(shown.phase(at: later) == phase, "a prepared answer outlives the phase")
        try require(shown.tokenState(at: later) == status.tokenState, "a prepared answer outlives the token")
    }

    private func checkTokens() throws(BrokenRule) {
        for request in [RetrieveToken(), RetrieveToken(requireSignedIn: true), RetrieveToken(allowStale: true)] {
            let answer = answer(to: .retrieveToken(request))
            try check(answer, to: request)
            guard let atOnce = shown.immediateAnswer(to: request, at: now) else { continue }
            switch (atOnce, answer) {
            case (.success(let early), .token(let late)): try require(early == late, "two tokens at once")
            case (.failure(let early), .failure(let late)): try require(early == late, "\(early) and \(late)")
            default: throw BrokenRule(description: "at once \(atOnce), else \(answer.debugDescription)")
            }
        }
        if case .failure(let error) = answer(to: .profile), status.signedIn {
            try require(![.notSignedIn, .sessionExpired].contains(error.name), "a profile of nobody")
        }
    }

    private func check(_ answer: SessionAnswer?, to request: RetrieveToken) throws(BrokenRule) {
        let names: [ErrorName] = status.signedIn || !request.requireSignedIn ? [] : [.notSignedIn, .sessionExpired]
        switch answer {
        case .token(let token):
            try require(token.facts.generation == status.generation, "a token of another generation")
            try require(names.isEmpty, "a token where nobody is signed in")
            let slot: Slot = status.signedIn ? .client : .anonymous
            try require(token.token == record[slot]?.issued.secret, "the \(slot) token is not given")
            try require(record[slot]?.isExpired(at: now) == false, "it has expired")
        case .failure(let error) where names.isEmpty:
            try require([.tokenUnavailable, .authorityUnavailable].contains(error.name), "\(error.name)")
        case .failure(let error):
            try require(error.name == (status.state == .expired ? .sessionExpired : .notSignedIn), "\(error.name)")
        case nil: try require(names.isEmpty, "who asks for a customer waits, and there is none")
        default: throw BrokenRule(description: "\(answer.debugDescription) for a token")
        }
    }

    private func checkChanges() throws(BrokenRule) {
        let isThere = status.signedIn || status.signedInViaSimpleAuthentication
        let signIn = error(of: .authenticate(.passwordOf("new@example.com")))
        try require((signIn == .alreadySignedIn) == status.signedIn, "signIn says \(signIn.debugDescription)")
        let deletion = error(of: .authenticate(.deletion(DeleteAccount(authFactor: Secret("p")))))
        try require(
            deletion == .unsupported || (deletion == .notSignedIn) != status.signedIn,
            "deleteAccount says \(deletion.debugDescription)")
        let regeneration = error(of: .regenerate(RegenerateUUID(ifGeneration: status.generation)))
        try require(
            regeneration == (isThere ? .notAnonymous : nil), "regenerateUUID says \(regeneration.debugDescription)")
        guard case .signedOut(let changed, _) = answer(to: .signOut(SignOut(), byAdministrator: false)) else {
            throw BrokenRule(description: "signOut says nothing")
        }
        try require(changed == (isThere || status.state == .expired), "signOut says changed: \(changed)")
    }

    private func error(of call: SessionCall) -> ErrorName? {
        if case .failure(let error) = answer(to: call) { error.name } else { nil }
    }

    /// What a call would be answered with; `nil`: nothing yet.
    private func answer(to call: SessionCall) -> SessionAnswer? {
        var copy = machine
        var turn = Turn(now: now, random: SeededRandom(seed: 1))
        let id = CallID.max
        copy.handle(.call(id, call), &turn)
        return turn.effects.compactMap { if case .answer(id, let answer) = $0 { answer } else { nil } }.first
    }

    private func require(_ holds: Bool, _ rule: @autoclosure () -> String) throws(BrokenRule) {
        if !holds { throw BrokenRule(description: rule()) }
    }
}
