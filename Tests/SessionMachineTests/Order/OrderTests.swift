// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SessionMachine
@testable import TestSupport

/// Every order of what can happen to a session: no token and no rejection of one customer ever touches the next, and
/// an answer is dropped only if its slot, UUID or binding is another one by then.
@Suite(.timeLimit(.minutes(60))) struct OrderTests {
    /// How many events follow one another; `make exhaustive-test` asks for six.
    static let length = ProcessInfo.processInfo.environment["EXHAUSTIVE_LENGTH"].flatMap(Int.init) ?? 5
    /// The last events after which the methods are not held against one another: that takes ten times as long as the
    /// events do.
    private static let unheld = 3

    static let beginnings: [[OrderEvent]] = [
        [], [.loginStarts, .loginEnds(0)], [.loginStarts, .loginEnds(0), .signIn],
        [.loginStarts, .loginEnds(0), .signIn, .refreshStarts, .signOut, .signIn],
    ]

    /// Whether another key ends the session, and whether it is certain what time it is.
    static let worlds = [(true, true), (false, false)]

    @Test(arguments: beginnings, worlds)
    func noOrderOfEventsMixesTwoCustomersUp(beginning: [OrderEvent], _ world: (Bool, Bool)) throws {
        var world = OrderWorld(policy: SessionPolicy(destroysOnKeyChange: world.0), isTimeProven: world.1)
        for event in beginning { world = try step(world, event, []) }
        var count = 0
        try explore(world, Self.length, beginning, &count)
        #expect(count > 1000)
    }

    private func explore(_ world: OrderWorld, _ length: Int, _ path: [OrderEvent], _ count: inout Int) throws {
        for event in world.possibleEvents {
            let next = try step(world, event, path)
            count += 1
            if length > Self.unheld { try agree(next, path + [event]) }
            if length > 1 { try explore(next, length - 1, path + [event], &count) }
        }
    }

    private func agree(_ world: OrderWorld, _ path: [OrderEvent]) throws {
        do { try Agreement(of: world.machine, at: world.now).check() } catch {
            throw BrokenRule(description: "\(path): \(error)")
        }
    }

    private func step(_ world: OrderWorld, _ event: OrderEvent, _ path: [OrderEvent]) throws -> OrderWorld {
        var next = world
        next.expected.keepsUUID = true
        do {
            try next.apply(event)
            try next.check(event, before: world)
        } catch {
            throw BrokenRule(description: "\(path), then \(event): \(error)")
        }
        return next
    }
}
