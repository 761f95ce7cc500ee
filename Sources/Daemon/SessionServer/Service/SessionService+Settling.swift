// SPDX-License-Identifier: Apache-2.0

import AccessRules
import DeviceSession
import LineServer
import SessionMachine
import SessionProtocol

extension SessionService {
    /// What is answered out of the snapshot, which only the session's owner may do once the session is over.
    private static let reads: Set<Method> = [.getUUID, .getUUIDForAuthentication, .status, .watch, .metrics]

    /// Whether what is over has to end before a method is handled.
    func mustSettle(before method: Method) -> Bool {
        guard let overAt = published.overAt, SessionService.reads.contains(method) else { return false }
        return overAt <= clock.boottime
    }

    /// Has the session's owner end what is over, and handles a request then.
    func settle(before incoming: Incoming, _ place: (batch: Batch, index: Int)?) throws(SessionError) {
        guard let session = owner.session else { throw SessionError(.internalError, "there is no session") }
        let id = try expectAnswer(to: incoming, place)
        calls[id]?.deferred = incoming
        session.submit(id, .status) { [mailbox] _ in mailbox.post(.settled(id)) }
    }

    /// Handles a request that has waited for what was over to end.
    func answerSettled(_ id: CallID) {
        guard let incoming = calls[id]?.deferred else { return }
        // Whoever may no longer read it is told so where calls are completed.
        guard !life.isStopping, incoming.method.capability.map(incoming.connection.capabilities.contains) ?? true else {
            return complete(id, .failure(.stopping))
        }
        do throws(SessionError) {
            switch try Route.table[incoming.method].handle(incoming, self) {
            case .answer(let response): complete(id, .success(response))
            case .answerThen(let response, let lines):
                complete(id, .success(response))
                loop?.send(lines, to: incoming.connection)
            case .answerPrepared, .submit, .reload:
                complete(id, .failure(SessionError(.internalError, "a read that is none")))
            }
        } catch {
            complete(id, .failure(error))
        }
    }
}
