// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionConfiguration

@Suite("Time spans of systemd.time(7)", .timeLimit(.minutes(10)))
struct TimeSpanTests {
    /// Taken over from `systemd-analyze timespan` of systemd 252.
    @Test(
        "Reads what systemd reads, to the microsecond",
        arguments: [
            ("0", 0), ("90", 90_000_000), ("1h 30s", 3_630_000_000), ("1h30", 3_630_000_000), ("5 5", 10_000_000),
            ("1.5h", 5_400_000_000), (".5s", 500_000), ("1 h", 3_600_000_000), (" 1s ", 1_000_000),
            ("1.5 .5", 2_000_000), ("1sec2min", 121_000_000), ("2hours", 7_200_000_000), ("48hr", 172_800_000_000),
            ("1y 12month", 63_115_200_000_000), ("55s500ms", 55_500_000), ("300ms20s 5day", 432_020_300_000),
            ("1M", 2_629_800_000_000), ("1m", 60_000_000), ("1us", 1), ("1µs", 1), ("1μs", 1), ("2usec3msec", 3_002),
            ("1w 1d", 691_200_000_000), ("0.0000019s", 1), ("9223372036854775807us", .max),
        ] as [(String, Int64)]
    )
    func read(text: String, microseconds: Int64) throws {
        #expect(try TimeSpan.parse(text) == .finite(.microseconds(microseconds)))
    }

    @Test(
        "Refuses what is no time span",
        arguments: [
            "", " ", "h", "1hm", "1.", "1.s", "12.34.56", "1ns", "1e3", "0x10", "-1", "- 1", "+1", "1.5.5", "infinitys",
            "1H", "1 hour ago", "1,5s", "99999999999999999999", "18446744073709551615s", "600000y", "1\u{301}s",
            "5µsecs",
        ]
    )
    func refuse(text: String) {
        #expect(throws: InvalidValue.self) { try TimeSpan.parse(text) }
    }

    @Test func readsASpanBeyondTheMicrosecondsOfInt64() throws {
        #expect(try TimeSpan.parse("9999999999990s 1us") == .finite(.seconds(9_999_999_999_990) + .microseconds(1)))
    }

    @Test func readsInfinity() throws {
        #expect(try TimeSpan.parse("infinity") == .infinite)
    }

    @Test(
        "Writes a span that reads back the same",
        arguments: [
            (0, "0"), (1, "1us"), (1_500_000, "1s 500ms"), (5_400_000_000, "1h 30min"), (3_600_000_000, "1h"),
            (90_061_001_001, "1d 1h 1min 1s 1ms 1us"), (31_536_000_000_000, "365d"),
        ] as [(Int64, String)]
    )
    func write(microseconds: Int64, text: String) throws {
        #expect(TimeSpan.format(.microseconds(microseconds)) == text)
        #expect(try TimeSpan.parse(text) == .finite(.microseconds(microseconds)))
    }
}
