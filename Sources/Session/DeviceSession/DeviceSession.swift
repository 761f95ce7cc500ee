// SPDX-License-Identifier: Apache-2.0

package import SessionMachine
package import SessionProtocol
package import SessiondLinux

/// The owner of the device's one session: stores what the machine decides, then makes it known.
///
/// Calls take effect in the order in which they are submitted. It runs on a thread of its own, since it syncs files.
package actor DeviceSession {
    /// Who is told what has become of the session. Calls come in order, on the session's thread, and must not block.
    package struct Observer: Sendable {
        /// Takes the session as it is from now on.
        var publish: @Sendable (SessionState) -> Void
        /// Takes what has changed.
        var announce: @Sendable (Announcement) -> Void
        /// Takes what went wrong with the store, and what has been put right again (`nil`).
        var storeChanged: @Sendable (StoreFailure?) -> Void
        /// Takes what became of a sign-out that the authority was to be told of.
        var signOutEnded: @Sendable (SignOutFate) -> Void

        package init(
            publish: @escaping @Sendable (SessionState) -> Void,
            announce: @escaping @Sendable (Announcement) -> Void,
            storeChanged: @escaping @Sendable (StoreFailure?) -> Void,
            signOutEnded: @escaping @Sendable (SignOutFate) -> Void
        ) {
            (self.publish, self.announce) = (publish, announce)
            (self.storeChanged, self.signOutEnded) = (storeChanged, signOutEnded)
        }
    }

    /// What a call is answered with.
    package typealias Reply = @Sendable (Result<any SessionResponse, SessionError>) -> Void

    /// What the session needs of the world.
    package struct Surroundings {
        var makeAuthority: @Sendable (AuthorityKeys) -> any Authority
        var store: any SessionStore
        var reopen: () -> SessionOrigin
        var refusal: @Sendable (_ authorityKind: String) -> SessionError?
        var clock: any SessionClock
        var bootID: String
        var policy: SessionPolicy
        var observer: Observer

        /// Surroundings of those parts; the authority is made with the keys that were stored for it.
        ///
        /// - Parameters:
        ///   - reopen: Opens the store as at the start, while what is in it cannot be read.
        ///   - refusal: Why what is read then is not gone on with, by the kind of its authority.
        package init(
            makeAuthority: @escaping @Sendable (AuthorityKeys) -> any Authority, store: any SessionStore,
            reopen: @escaping () -> SessionOrigin,
            refusal: @escaping @Sendable (String) -> SessionError? = { _ in nil },
            clock: any SessionClock, bootID: String, policy: SessionPolicy, observer: Observer
        ) {
            (self.makeAuthority, self.store, self.clock) = (makeAuthority, store, clock)
            (self.reopen, self.refusal) = (reopen, refusal)
            (self.bootID, self.policy, self.observer) = (bootID, policy, observer)
        }
    }

    let thread: SerialThread
    var surroundings: Surroundings
    var machine: SessionMachine?
    var authority: (any Authority)?
    var lockedBecause: SessionError?
    // Beyond which a new session begins, where the one that is stored cannot be read.
    var generationFloor: Int64
    var replies: [CallID: Reply] = [:]
    var authentications: [UInt64: Task<Void, Never>] = [:]
    var wakeups = Wakeups()
    // What is stored together next.
    var unsettled: [Decision] = []
    var backlog = StoreBacklog()
    var counts = SessionCounts()

    /// The executor: a thread of the session's own.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// A session that has not begun.
    package init(_ surroundings: sending Surroundings, thread: SerialThread = SerialThread(name: "session")) {
        self.surroundings = surroundings
        self.thread = thread
        generationFloor = 0
    }

    /// Begins: with a stored session, with a new one, or with none because what is stored cannot be read.
    ///
    /// It returns at once; what is submitted afterwards comes after it.
    ///
    /// - Parameter whenBegun: Is told whether what was stored had to end, since it is bound to another authority or key.
    package nonisolated func begin(
        with origin: SessionOrigin, whenBegun: @escaping @Sendable (_ endedSession: Bool) -> Void = { _ in }
    ) {
        thread.run {
            self.assumeIsolated { session in whenBegun(session.begin(origin)) }
        }
    }

    /// Submits a call; its answer may come before this returns or at any time later, on the session's thread.
    package nonisolated func submit(_ id: CallID, _ call: SessionCall, reply: @escaping Reply) {
        thread.run { self.assumeIsolated { $0.take(id, call, reply) } }
    }

    /// Takes back a call that nobody waits for any longer.
    package nonisolated func abandon(_ id: CallID, deadlinePassed: Bool) {
        thread.run {
            self.assumeIsolated { session in
                session.settle()
                // Where the call was an authentication whose deadline has passed, the machine still answers it.
                if !deadlinePassed { session.replies[id] = nil }
                session.step(.abandon(id, deadlinePassed: deadlinePassed))
                session.settle()
                session.replies[id] = nil
            }
        }
    }

    /// Counts the customer as active from now on, and says when it has.
    package nonisolated func touch(_ taken: @escaping @Sendable () -> Void) {
        thread.run {
            self.assumeIsolated { session in
                session.settle()
                session.step(.touched)
                session.settle()
            }
            taken()
        }
    }

    /// Brings forward what waited for a network: there is one again, or the machine has woken up.
    package nonisolated func networkReturned() {
        thread.run { self.assumeIsolated { $0.step(.networkReturned) } }
    }

    /// Runs a closure behind all that was submitted before: what shows that the session is alive.
    package nonisolated func whenIdle(_ closure: @escaping @Sendable () -> Void) {
        thread.run {
            self.assumeIsolated { $0.settle() }
            closure()
        }
    }

    // Whether what was stored had to end.
    @discardableResult
    private func begin(_ origin: SessionOrigin) -> Bool {
        var turn = Turn(now: surroundings.clock.now())
        switch origin {
        case .stored(let bytes, let generation): return adopt(stored: bytes, generation, &turn)
        case .held(let bytes, let generation):
            turn.store(.bestEffort)
            backlog.scrubIsDue = true
            return adopt(stored: bytes, generation, &turn)
        case .new(let generation):
            adopt(newRecord(generation: max(generation, generationFloor + 1), &turn), &turn)
        case .locked(let error, let generation):
            generationFloor = max(generationFloor, generation)
            lock(error)
        }
        return false
    }

    private func adopt(stored bytes: [UInt8], _ generation: Int64, _ turn: inout Turn) -> Bool {
        generationFloor = max(generationFloor, generation)
        do throws(SessionError) {
            let boot = SessionRecord.Boot(id: surroundings.bootID, now: turn.now)
            return adopt(try SessionRecord(stored: bytes, in: boot), &turn)
        } catch {
            lock(error)
            return false
        }
    }

    private func newRecord(generation: Int64, _ turn: inout Turn) -> SessionRecord {
        turn.announce(.uuidChanged(.initial))
        turn.store(.bestEffort)
        return SessionRecord(
            uuid: turn.makeUUID(), generation: generation, accountSalt: turn.makeUUID().description)
    }

    // Whether it is bound to another authority or key, and had to end for that.
    @discardableResult
    private func adopt(_ record: SessionRecord, _ turn: inout Turn) -> Bool {
        var record = record
        let authority = surroundings.makeAuthority(AuthorityKeys(record))
        if let key = authority.signingKey, key != record.localKey {
            record.localKey = key
            turn.store(.bestEffort)
        }
        self.authority = authority
        let store = StoreStatus(sealed: surroundings.store.isSealed, state: .ok)
        var next = SessionMachine(
            record: record, policy: surroundings.policy, traits: authority.traits, store: store,
            turn: &turn)
        next.handle(.tick, &turn)
        lockedBecause = nil
        backlog.scrubIsDue = backlog.scrubIsDue || DeviceSession.clearsToken(record, next.record)
        commit(next, turn)
        return DeviceSession.ends(record, in: next.record)
    }

    private func lock(_ error: SessionError) {
        // That it was tried once more in vain is no news.
        guard lockedBecause != error else { return }
        lockedBecause = error
        surroundings.observer.publish(.locked(error))
    }

    private func take(_ id: CallID, _ call: SessionCall, _ reply: @escaping Reply) {
        replies[id] = reply
        if let lockedBecause { return takeLocked(id, call, lockedBecause) }
        step(.call(id, call))
    }

    /// Begins with what is stored, where that can be read by now.
    ///
    /// - Returns: What was found, and whether what was stored had to end.
    func reopen() -> (origin: SessionOrigin, endedSession: Bool) {
        var origin = surroundings.reopen()
        if let refusal = origin.authorityKind.flatMap(surroundings.refusal) {
            origin = .locked(refusal, generation: generationFloor)
        }
        return (origin, begin(origin))
    }

    // The one way out of a session that cannot be read: it is put aside, and a new one begins.
    private func takeLocked(_ id: CallID, _ call: SessionCall, _ locked: SessionError) {
        guard case .destroy(let request, by: _) = call, request.discardUnreadable else {
            return answer(id, .failure(locked))
        }
        let origin = reopen().origin
        if let lockedBecause {
            guard lockedBecause.name == .storeLocked else { return answer(id, .failure(lockedBecause)) }
            do throws(StoreFailure) { try surroundings.store.discardUnreadable() } catch {
                return answer(id, .failure(error.sessionError))
            }
            begin(.new(generation: generationFloor + 1))
        } else if origin.isStored {
            return answer(id, .failure(.readableAgain))
        }
        guard let machine else { return }
        answer(id, machine.response(to: .newCustomer, durable: !backlog.isUnsaved, at: surroundings.clock.now()))
    }

    func commit(_ next: SessionMachine, _ turn: Turn, isSaved: Bool = false) {
        let mustSave = turn.durability != .nothing && !isSaved
        if mustSave || (!isSaved && backlog.retryIsDue(at: turn.now)) {
            do throws(StoreFailure) { try save(next.record, at: turn.now) } catch {
                if mustSave || backlog.isUnsaved { hold(next.record, at: turn.now) }
                noteStore(error)
            }
        }
        machine = next
        machine?.store = storeStatus
        for effect in turn.effects { counts.note(effect) }
        publish(at: turn.now)
        var sequence = next.record.sequence - Int64(turn.effects.count { $0.announced != nil })
        for effect in turn.effects { perform(effect, at: turn.now, &sequence) }
        scheduleWakeup(after: turn.now)
    }

    private func publish(at now: Moment) {
        guard var snapshot = machine?.snapshot(at: now) else { return }
        (snapshot.publicKey, snapshot.counts, snapshot.storeFailure) = (authority?.publicKey, counts, backlog.failure)
        surroundings.observer.publish(.available(snapshot))
    }

    private func perform(_ effect: SessionEffect, at now: Moment, _ sequence: inout Int64) {
        switch effect {
        case .answer(let id, let answer):
            guard let machine else { return }
            self.answer(id, machine.response(to: answer, durable: !backlog.isUnsaved, at: now))
        case .announce(let change):
            sequence += 1
            let generation = machine?.record.generation ?? 0
            surroundings.observer.announce(Announcement(change, sequence: sequence, generation: generation))
        case .startFlight(let flight): startFlight(flight)
        case .startAuthentication(let attempt): startAuthentication(attempt)
        case .startDeletion(let attempt, let token): startDeletion(attempt, token)
        case .cancelAuthentication(let id): authentications.removeValue(forKey: id)?.cancel()
        case .beginSignIn(let id, let wish): beginSignIn(id, wish)
        case .startSignInStep(let signInStep): startSignInStep(signInStep)
        case .prepareAuthority(let id): prepareAuthority(id)
        case .fetchProfile(let id, let token): fetchProfile(id, token)
        case .deliver(let entry): deliver(entry)
        case .changeAuthority:
            guard let machine else { return }
            authority = surroundings.makeAuthority(AuthorityKeys(machine.record))
        case .dropConnections: authority?.dropConnections()
        case .noteSignOut(let fate): surroundings.observer.signOutEnded(fate)
        }
    }

    private func answer(_ id: CallID, _ result: Result<any SessionResponse, SessionError>) {
        replies.removeValue(forKey: id)?(result)
    }
}

extension SessionError {
    /// Who means a session that cannot be read does not mean this one.
    fileprivate static let readableAgain = SessionError(
        .generationMismatch, "the stored session can be read again, and goes on: nothing was thrown away",
        hint: "session.status shows it; session.destroy would end it")
}
