// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import Glibc
import Logging
import SealedStore
import SessionMachine
import SessionProtocol
import SessionServer
import SessiondPrimitives

/// The folder with the session: opened, locked, and what was found in it.
struct StoredSession {
    package let store: any SessionStore
    let origin: SessionOrigin
    /// What `daemon.health` says of it for as long as this process runs, as it was opened last.
    let problems: Monitor<[HealthAnswer.Problem]>
    /// Opens the folder anew, while what is in it cannot be read.
    let reopen: () -> SessionOrigin

    /// Opens the folder; what cannot be read locks the session, it does not stop the daemon.
    ///
    /// - Throws: ``StartFailure`` where another daemon has the folder.
    init(
        folder: String, markFolder: String?, options: StoreOptions, keeper: sending any StateKeeper,
        clock: SystemClock, logger: Logger
    ) throws(StartFailure) {
        let store = FolderStore(keeper: keeper) { () throws(StoreError) in
            try StateStore(folder: folder, markFolder: markFolder, options: options)
        }
        let problems = Monitor<[HealthAnswer.Problem]>([])
        (self.store, self.problems) = (store, problems)
        reopen = {
            do throws(StoreError) { return try StoredSession.load(store, problems, clock.now(), logger) } catch {
                return .locked(error)
            }
        }
        do throws(StoreError) {
            origin = try StoredSession.load(store, problems, clock.now(), logger)
        } catch {
            if case .lockTaken = error.reason {
                throw StartFailure(status: StartFailure.taken, message: error.description)
            }
            origin = .locked(error)
        }
    }

    private static func load(
        _ store: FolderStore, _ problems: Monitor<[HealthAnswer.Problem]>, _ now: Moment, _ logger: Logger
    ) throws(StoreError) -> SessionOrigin {
        let load = try store.load()
        for warning in load.warnings { logger.warning("\(warning)") }
        let found = [problem(load.forged, logger), load.rollback.map { RollbackReport($0).log(to: logger) }]
        problems.withLock { $0 = found.compactMap { $0 } }
        return origin(of: load.outcome, highest: store.highestGeneration, now, logger)
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

extension SessionOrigin {
    fileprivate static func locked(_ error: StoreError) -> SessionOrigin {
        .locked(SessionError(.storeLocked, error.summary, hint: error.hint), generation: 0)
    }
}
