// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import Glibc
import Logging
import SealedStore
import SessionAuthorities
import SessionConfiguration
import SessiondSystemd

/// Opens the stored session, and has its owner begin with it.
struct SessionStart: Sendable {
    let folder: String
    let markFolder: String?
    let clock: SystemClock
    let keeper: DescriptorKeeper
    /// As it was when this process started: the service manager gives it once.
    let key: StateKey
    let logger: Logger

    /// Opens what is stored.
    ///
    /// - Parameter configuration: What to use it with; why it cannot be, is noted there.
    /// - Returns: `nil` where the configuration cannot be used, by itself or with what is stored.
    /// - Throws: ``StartFailure`` where another daemon has the folder.
    func open(_ configuration: inout DaemonConfiguration) throws(StartFailure) -> sending StoredSession? {
        guard configuration.unusable == nil else { return nil }
        let settings = configuration.settings
        let sealing = SealingChoice(settings.store.seal, key)
        let options = StoreOptions(
            machineID: machineID, otherMachine: settings.storeOptions, sealing: sealing.sealing)
        let stored = try StoredSession(
            folder: folder, markFolder: markFolder, options: options, keeper: keeper, clock: clock, logger: logger)
        if let kind = stored.origin.authorityKind, !configuration.admits(sessionOf: kind, logger) { return nil }
        if case .locked = stored.origin {} else { sealing.report(to: logger) }
        return stored
    }

    /// Begins; `whenBegun` is told, on the session's thread, whether what was stored had to end.
    func begin(
        _ stored: sending StoredSession, _ configuration: DaemonConfiguration, with authority: AuthorityChoice,
        observer: DeviceSession.Observer, whenBegun: @escaping @Sendable (_ endedSession: Bool) -> Void = { _ in }
    ) -> DeviceSession {
        let (origin, clock) = (stored.origin, clock)
        let session = DeviceSession(
            DeviceSession.Surroundings(
                makeAuthority: { authority.make($0, clock) }, store: stored.store, reopen: stored.reopen,
                refusal: configuration.refusal, clock: clock, bootID: bootID,
                policy: configuration.settings.sessionPolicy, observer: observer))
        session.begin(with: origin, whenBegun: whenBegun)
        if authority.kind.network != nil { NetworkMonitor.start { session.networkReturned() } }
        return session
    }

    private var machineID: HexIdentifier? {
        do throws(SystemdError) { return HexIdentifier(try MachineIdentity.machine()) } catch {
            logger.warning("\(error); until the next start another machine's session is not told from this one's")
            return nil
        }
    }

    // One that cannot be read is none of before: what was stored then counts as of another boot.
    private var bootID: String {
        do throws(SystemdError) { return try MachineIdentity.boot() } catch {
            logger.warning("\(error); this start counts as a boot")
            var generator = SystemRandomNumberGenerator()
            return HexIdentifier(using: &generator).text
        }
    }
}
