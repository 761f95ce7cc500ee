// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct RefreshPolicyTests {
    @Test(
        arguments: [
            (1800, 3600, 1800), (1800, 604_800, 1800), (1800, 3599, 1799.5), (1800, 60, 30), (60, 3600, 60),
            (1800, 0, 0),
        ] as [(Int, Int, Double)])
    func theWindowIsAtMostHalfOfTheLifetime(configured: Int, lifetime: Int, expected: Double) {
        let policy = RefreshPolicy(window: .seconds(configured))
        #expect(policy.window(lifetime: .seconds(lifetime)) == .milliseconds(Int(expected * 1000)))
    }

    @Test(arguments: [1, 60, 3600, 604_800])
    func theFirstAttemptIsInTheFirstQuarterOfTheWindowAndAlwaysAtTheSamePoint(lifetime: Int) {
        let policy = RefreshPolicy()
        var random = SeededRandom(seed: 3)
        var shares: Set<Duration> = []
        for _ in 0..<200 {
            let token = token(lifetime: lifetime, uuid: .random(using: &random))
            let window = policy.window(lifetime: .seconds(lifetime))
            let opens = token.expiresBoottime - window
            let attempt = policy.firstAttempt(for: token)
            #expect(attempt >= opens && attempt < opens + window / 4)
            #expect(attempt == policy.firstAttempt(for: token))
            shares.insert(attempt - opens)
        }
        #expect(shares.count > 190)
    }

    @Test func tenThousandDevicesSpreadEvenly() {
        var random = SeededRandom(seed: 4)
        var buckets = [Int](repeating: 0, count: 20)
        for _ in 0..<10_000 {
            let fraction = RefreshPolicy.fraction(of: .random(using: &random))
            #expect(fraction >= 0 && fraction < 1)
            buckets[Int(fraction * 20)] += 1
        }
        // χ² with 19 degrees of freedom is above 43.8 once in a thousand.
        let chiSquared = buckets.reduce(0.0) { $0 + Double(($1 - 500) * ($1 - 500)) / 500 }
        #expect(chiSquared < 43.8)
    }

    @Test func devicesWithNeighbouringUUIDsSpreadToo() {
        var buckets = [Int](repeating: 0, count: 10)
        for number in 0..<10_000 {
            let bytes = [UInt8](repeating: 0, count: 14) + [UInt8(number >> 8), UInt8(number & 255)]
            buckets[Int(RefreshPolicy.fraction(of: CustomerUUID(bytes: bytes, version: 4)) * 10)] += 1
        }
        #expect(buckets.allSatisfy { (850...1150).contains($0) }, "\(buckets)")
    }

    @Test(
        arguments: [
            (100_000, 0, 450), (100_000, 1, 900), (1800, 0, 450), (1800, 1, 900), (1000, 0, 250), (1000, 1, 500),
            (240, 0, 60), (240, 1, 120), (1, 0, 60), (1, 1, 120),
        ] as [(Int, Double, Int)])
    func aBackgroundRefreshThatFailedPausesForHalfOfWhatRemains(remaining: Int, chance: Double, pause: Int) {
        #expect(RefreshPolicy.backgroundPause(remaining: .seconds(remaining), chance: chance) == .seconds(pause))
    }

    @Test(arguments: [
        (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 64), (8, 128), (9, 256), (10, 512), (11, 900), (12, 900),
        (1_000_000, 900), (0, 1),
    ])
    func anUrgentAttemptThatFailedPausesTwiceAsLongEachTime(failures: Int, seconds: Int) {
        #expect(RefreshPolicy.urgentPause(failures: failures, chance: 1) == .seconds(seconds))
        #expect(RefreshPolicy.urgentPause(failures: failures, chance: 0) == .seconds(seconds) / 2)
    }

    private func token(lifetime: Int, uuid: CustomerUUID) -> Token {
        let issued = IssuedToken(
            secret: Secret("t"), origin: .anonymous, expiresAt: Timestamp(secondsSince1970: 0),
            lifetime: .seconds(lifetime))
        return Token(issued, uuid: uuid, askedAt: .seconds(1000))
    }
}

extension CustomerUUID {
    static func random(using random: inout SeededRandom) -> CustomerUUID {
        CustomerUUID(bytes: (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }, version: 4)
    }
}
