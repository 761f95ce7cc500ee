// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension SessionMachine {
    mutating func regenerate(
        _ id: CallID, _ request: RegenerateUUID, by initiator: Initiator, _ turn: inout Turn
    ) {
        guard ![.signedIn, .simple].contains(phase(at: turn.now)) else {
            return turn.refuse(
                id, .notAnonymous, "the customer is not anonymous", hint: "sign the customer out first")
        }
        supersede(by: initiator, &turn)
        let identifier = request.clientIdentifier.map(Identifier.normalised)
        let uuid = identifier.map { Identifier.uuid(of: $0, salt: policy.identifierSalt) } ?? takeCandidate(&turn)
        beginCustomer(uuid, identifier == nil ? .generated : .derived, authID: identifier, .regeneration, &turn)
        record.generation += 1
        turn.store(.required)
        turn.answer(id, .newCustomer)
    }

    mutating func destroy(_ id: CallID, by initiator: Initiator, _ turn: inout Turn) {
        _ = queueSignOut(fromAllDevices: false, &turn)
        replaceCustomer(because: .sessionDestroyed, by: initiator, &turn)
        turn.answer(id, .newCustomer)
    }

    /// Ends the session, forgets everything about the customer and begins a new one.
    ///
    /// - Parameter initiator: Who wants it; `nil`: nobody who calls.
    mutating func replaceCustomer(because reason: EndReason, by initiator: Initiator? = nil, _ turn: inout Turn) {
        supersede(by: initiator, &turn)
        if record.client != nil || record.holdsSimpleAuthentication { turn.announce(.signedOut(reason)) }
        beginCustomer(takeCandidate(&turn), .generated, authID: nil, .destroy, &turn)
        record.generation += 1
        turn.store(.bestEffort)
    }

    mutating func signOut(
        _ id: CallID, _ request: SignOut, by initiator: Initiator, _ byAdministrator: Bool, _ turn: inout Turn
    ) {
        let authority = queueSignOut(fromAllDevices: request.fromAllDevices, &turn)
        if request.mode == .destroy {
            replaceCustomer(because: .sessionDestroyed, by: initiator, &turn)
            return turn.answer(id, .signedOut(changed: true, authority: authority))
        }
        supersede(by: initiator, &turn)
        let isChange = record.client != nil || record.holdsSimpleAuthentication || record.endedBecause != nil
        endSession(byAdministrator ? .systemSignOut : .userSignOut, &turn)
        record.endedBecause = nil
        if isChange { turn.store(.bestEffort) }
        turn.answer(id, .signedOut(changed: isChange, authority: authority))
    }

    mutating func setIdentity(_ id: CallID, _ request: SetIdentity, _ turn: inout Turn) {
        var (email, identifier) = (record.customEmail, record.customIdentifier)
        let isChange: Bool
        do throws(SessionError) {
            let changesEmail = try request.customEmail.apply(to: &email, member: "customEmail")
            let changesIdentifier = try request.customIdentifier.apply(to: &identifier, member: "customIdentifier")
            isChange = changesEmail || changesIdentifier
        } catch {
            return turn.answer(id, .failure(error))
        }
        turn.answer(id, .status)
        guard isChange else { return }
        (record.customEmail, record.customIdentifier) = (email, identifier)
        turn.announce(.identityChanged)
        turn.store(.required)
    }

    /// Ends the session whose tokens are in these slots; the UUID and the labels stay. Nothing where there is none.
    mutating func endSession(_ reason: EndReason, in slots: [Slot] = Slot.allCases, _ turn: inout Turn) {
        let ended = slots.filter { $0 == .client ? record.client != nil : record.holdsSimpleAuthentication }
        guard !ended.isEmpty else { return }
        for slot in ended { replace(slot, with: nil) }
        if ended.contains(.client) {
            record.login = nil
            supersedeSignIn(&turn)
        }
        if record.client == nil, !record.holdsSimpleAuthentication { record.presence = nil }
        record.generation += 1
        turn.announce(.signedOut(reason))
        turn.store(.bestEffort)
    }

    /// Puts another customer in the place of this one: nothing of the last one's is left.
    mutating func beginCustomer(
        _ uuid: CustomerUUID, _ origin: UUIDOrigin, authID: String?, _ reason: SessionChange.UUIDReason,
        _ turn: inout Turn
    ) {
        for slot in Slot.allCases { replace(slot, with: nil) }
        (record.uuid, record.uuidOrigin, record.authID) = (uuid, origin, authID)
        (record.login, record.lastAccount, record.endedBecause) = (nil, nil, nil)
        customerSince = turn.now.boottime
        turn.announce(.uuidChanged(reason))
        forgetLabels(&turn)
    }

    /// Clears the labels.
    mutating func forgetLabels(_ turn: inout Turn) {
        guard record.customEmail != nil || record.customIdentifier != nil else { return }
        (record.customEmail, record.customIdentifier) = (nil, nil)
        turn.announce(.identityChanged)
    }

    /// Puts a token, or none, into a slot that is somebody else's from now on.
    mutating func replace(_ slot: Slot, with token: Token?) {
        record[slot] = token
        activities[slot, default: SlotActivity()].slotChanged()
        // What was under way, or was cut off by a crash, was for the token before this one.
        if record.refreshing == slot { record.refreshing = nil }
        if interruptedRefresh == slot { interruptedRefresh = nil }
    }

    mutating func takeCandidate(_ turn: inout Turn) -> CustomerUUID {
        let taken = candidate
        candidate = turn.makeUUID()
        return taken
    }
}

extension Change<String> {
    /// Applies it to a label; whether that is another one then, byte for byte.
    fileprivate func apply(to label: inout String?, member: String) throws(SessionError) -> Bool {
        let before = label
        switch self {
        case .keep: return false
        case .clear: label = nil
        case .set(let text):
            let trimmed = Identifier.trimmed(text)
            guard !trimmed.isEmpty else { throw .invalidParameter(member, "must not be blank") }
            label = trimmed
        }
        return before.map { Array($0.utf8) } != label.map { Array($0.utf8) }
    }
}
