// SPDX-License-Identifier: Apache-2.0

package import SessiondPrimitives

/// Keeps what names stand for, and asks again for those that nobody has or that could not be asked.
///
/// Nobody waits for it but who says so. Its threads live only while there is something to ask or to wait for.
package final class AccountNames: Sendable {
    private struct State {
        var table = NameTable()
        var hasTimer = false
        var observer: (@Sendable () -> Void)?
    }

    private let state = Monitor(State())
    private let lookUps: LookUps<UnixName, UInt32>

    /// Names that are asked by these look-ups; none yet.
    package init(_ lookUps: LookUps<UnixName, UInt32> = LookUps(ask: AccountDatabase.id(of:))) {
        self.lookUps = lookUps
    }

    /// How it stands with each name.
    package var standings: [UnixName: NameStanding] { state.withLock { $0.table.standings } }

    /// Asks for these names, without changing what they stand for; waits, but not beyond the look-ups' deadline.
    package func answers(to names: Set<UnixName>) -> [UnixName: AccountAnswer<UInt32>] {
        lookUps.answers(to: names)
    }

    /// Goes on with these names alone, by these answers; begins to ask for those that are new and have none.
    package func want(_ names: Set<UnixName>, answers: [UnixName: AccountAnswer<UInt32>] = [:]) {
        change { $0.want(names, answers: answers, at: AccountNames.now, chance: .random(in: 0...1)) }
    }

    /// Waits until each name has been asked, but not longer than that; how it stands with them then.
    package func settled(within limit: Duration) -> [UnixName: NameStanding] {
        _ = state.wait(until: MonotonicInstant.now.advanced(by: limit).timespec) { $0.table.isSettled }
        return standings
    }

    /// Calls that on any thread whenever it stands otherwise with a name than before, from now on.
    package func observe(_ observer: @escaping @Sendable () -> Void) {
        state.withLock { $0.observer = observer }
        observer()
    }

    /// Changes the table, tells the observer of what follows, and asks for what is due.
    private func change(_ body: (inout NameTable) -> Void) {
        let (due, observer) = state.withLock { state -> ([UnixName], (@Sendable () -> Void)?) in
            let before = state.table.standings
            body(&state.table)
            state.table.passTime(to: AccountNames.now)
            let due = state.table.takeDue(at: AccountNames.now)
            return (due, state.table.standings == before ? nil : state.observer)
        }
        observer?()
        for name in due {
            lookUps.begin(name) { answer in
                self.change { $0.take(answer, for: name, at: AccountNames.now, chance: .random(in: 0...1)) }
            }
        }
        startTimer()
    }

    private func startTimer() {
        let isNeeded = state.withLock { state in
            guard !state.hasTimer, state.table.nextInstant != nil else { return false }
            state.hasTimer = true
            return true
        }
        guard isNeeded, DetachedThread.start(name: "names", run: { self.keepTime() }) != 0 else { return }
        state.withLock { $0.hasTimer = false }
    }

    private func keepTime() {
        while let instant = nextInstantOrEnd() {
            _ = state.wait(until: MonotonicInstant(sinceStart: instant).timespec) { state in
                state.table.nextInstant.map { $0 < instant } ?? true
            }
            change { _ in }
        }
    }

    private func nextInstantOrEnd() -> Duration? {
        state.withLock { state in
            state.hasTimer = state.table.nextInstant != nil
            return state.table.nextInstant
        }
    }

    private static var now: Duration { MonotonicInstant.now.sinceStart }
}
