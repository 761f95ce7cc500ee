// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionMachine
@testable import TestSupport

/// Every order of what can happen while people sign in at the authority: nobody is signed in by a sign-in that was over,
/// and nothing that the authority has given is forgotten.
@Suite(.timeLimit(.minutes(60))) struct SignInOrderTests {
    static let beginnings: [[SignInEvent]] = [
        [], [.begin, .begun(0), .timePasses],
        [.begin, .begun(0), .timePasses, .granted(0)],
        [.begin, .begun(0), .timePasses, .granted(0), .identified(0), .refreshStarts],
    ]

    @Test(arguments: beginnings)
    func noOrderOfEventsLosesAGrantOrMixesTwoCustomersUp(beginning: [SignInEvent]) throws {
        var world = SignInWorld()
        for event in beginning { world = try step(world, event, []) }
        var count = 0
        try explore(world, OrderTests.length, beginning, &count)
        #expect(count > 1000)
    }

    private func explore(_ world: SignInWorld, _ length: Int, _ path: [SignInEvent], _ count: inout Int) throws {
        for event in world.possibleEvents {
            let next = try step(world, event, path)
            count += 1
            if length > 1 { try explore(next, length - 1, path + [event], &count) }
        }
    }

    private func step(_ world: SignInWorld, _ event: SignInEvent, _ path: [SignInEvent]) throws -> SignInWorld {
        var next = world
        do {
            try next.apply(event)
            try next.check(event, before: world)
        } catch {
            throw BrokenRule(description: "\(path), then \(event): \(error)")
        }
        return next
    }
}
