// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import Glibc
import Logging
import SealedStore
import SessionMachine
import SessionProtocol
import SessionServer

/// The folder with the session: opened, locked, and what was found in it.
struct StoredSession {
    package let store: any SessionStore
    let origin: SessionOrigin
    /// Of which kind of authority it is; `nil`: there is none, or it cannot be read.
    var authorityKind: String? {
        switch origin {
        case .stored(let record, generation: _), .held(let record, generation: _):
            SessionRecord.authorityKind(ofStored: record)
        case .new, .locked: nil
        }
    }
    /// What `daemon.health` says of it for as long as this process runs.
    let problems: [HealthAnswer.Problem]

    /// Opens the folder; what cannot be read locks the session, it does not stop the daemon.
    ///
    /// - Throws: ``StartFailure`` where another daemon has the folder.
    init(
        folder: String, markFolder: String?, options: StoreOptions, keeper: sending any StateKeeper, now: Moment,
        logger: Logger
    ) throws(StartFailure) {
        do throws(StoreError) {
            let states = try StateStore(folder: folder, markFolder: markFolder, options: options)
            let store = FolderStore(folder: states, keeper: keeper)
            let load = store.load()
            for warning in load.warnings { logger.warning("\(warning)") }
            self.store = store
            problems = [
                StoredSession.problem(load.forged, logger), load.rollback.map { RollbackReport($0).log(to: logger) },
            ]
            .compactMap { $0 }
            origin = StoredSession.origin(of: load.outcome, highest: store.highestGeneration, now, logger)
        } catch {
            if case .lockTaken = error.reason {
                throw StartFailure(status: StartFailure.taken, message: error.description)
            }
            store = ClosedStore(StoreFailure(error.summary, hint: error.hint))
            problems = []
            origin = .locked(SessionError(.storeLocked, error.summary, hint: error.hint), generation: 0)
        }
    }

    private static func problem(_ forged: [String], _ logger: Logger) -> HealthAnswer.Problem? {
        guard !forged.isEmpty else { return nil }
        let paths = forged.joined(separator: ", ")
        let text = "a stored session was not written by this daemon and does not count: \(paths)"
        let hint = "find out who else writes there, or whether memory is faulty; then: systemctl restart sessiond"
        logger.critical(
            "\(text); the session goes on as it was stored before (\(hint))",
            metadata: ["MESSAGE_ID": "\(JournalEvent.storeForged.rawValue)"])
        return HealthAnswer.Problem(name: "storeForged", hint: "\(text) (\(hint))")
    }

    private static func origin(
        of outcome: StoreLoad.Outcome, highest: Int64, _ now: Moment, _ logger: Logger
    ) -> SessionOrigin {
        // No generation that was used here before may be used again; where none can be read, the time is beyond it.
        let unknown = max(now.wall.secondsSince1970, highest)
        switch outcome {
        case .absent: return .new(generation: 1)
        case .loaded(let payload, let header): return .stored(payload, generation: header.generation)
        case .held(_, let payload, let header):
            logger.notice(
                "the session goes on as the last process had it, which the disk had not taken",
                metadata: ["MESSAGE_ID": "\(JournalEvent.storeResumed.rawValue)"])
            return .held(payload, generation: header.generation)
        case .locked(let reason):
            return .locked(SessionError(.storeLocked, reason.summary, hint: reason.hint), generation: unknown)
        case .damaged(let paths):
            report("the stored session was damaged and is set aside as \(paths.joined(separator: ", "))", nil, logger)
            return .new(generation: unknown + 1)
        case .otherMachine(let paths, let header):
            let text = "the stored session is another machine's and is set aside as \(paths.joined(separator: ", "))"
            report(text, EndReason.securityException, logger)
            return .new(generation: header.generation + 1)
        }
    }

    private static func report(_ text: String, _ reason: EndReason?, _ logger: Logger) {
        var fields: Logger.Metadata = ["MESSAGE_ID": "\(JournalEvent.storeSetAside.rawValue)"]
        fields["REASON"] = reason.map { "\($0.rawValue)" }
        logger.critical("\(text); a new installation begins", metadata: fields)
    }
}
