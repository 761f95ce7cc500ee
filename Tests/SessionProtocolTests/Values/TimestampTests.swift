// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@Suite("Timestamps", .timeLimit(.minutes(10)))
struct TimestampTests {
    // Seconds from `date -u -d TEXT +%s` of GNU coreutils.
    static let vectors: [(text: String, seconds: Int64)] = [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:01Z", 1), ("1969-12-31T23:59:59Z", -1),
        ("1970-12-31T23:59:59Z", 31_535_999), ("1972-02-29T12:00:00Z", 68_212_800),
        ("1999-12-31T23:59:59Z", 946_684_799), ("2000-01-01T00:00:00Z", 946_684_800),
        ("2000-02-28T23:59:59Z", 951_782_399), ("2000-02-29T00:00:00Z", 951_782_400),
        ("2000-03-01T00:00:00Z", 951_868_800), ("2001-09-09T01:46:40Z", 1_000_000_000),
        ("2024-02-29T23:59:59Z", 1_709_251_199), ("2026-11-23T05:02:03Z", 1_795_410_123),
        ("2038-01-19T03:14:07Z", 2_147_483_647), ("2038-01-19T03:14:08Z", 2_147_483_648),
        ("2100-02-28T23:59:59Z", 4_107_542_399), ("2100-03-01T00:00:00Z", 4_107_542_400),
        ("2106-02-07T06:28:16Z", 4_294_967_296), ("1900-03-01T00:00:00Z", -2_203_891_200),
        ("1600-02-29T00:00:00Z", -11_670_998_400), ("0001-01-01T00:00:00Z", -62_135_596_800),
        ("0000-01-01T00:00:00Z", -62_167_219_200), ("9999-12-31T23:59:59Z", 253_402_300_799),
    ]

    @Test("a known instant is written and read", arguments: vectors)
    func vector(text: String, seconds: Int64) {
        #expect(Timestamp(secondsSince1970: seconds).description == text)
        #expect(Timestamp(text)?.secondsSince1970 == seconds)
    }

    @Test(
        "every day follows the day before it, from the first year to the last", arguments: [0, 1899, 1999, 2023, 9990])
    func daysFollow(year: Int64) throws {
        let padded = String(repeating: "0", count: 4 - String(year).count) + String(year)
        var seconds = try #require(Timestamp("\(padded)-01-01T00:00:00Z")).secondsSince1970
        for year in year..<year + 9 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (month, days) in zip(1..., [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
                for day in 1...days {
                    let date = [(year, 4), (Int64(month), 2), (Int64(day), 2)].map { number, width in
                        String(repeating: "0", count: width - String(number).count) + String(number)
                    }
                    let text = date.joined(separator: "-") + "T00:00:00Z"
                    #expect(Timestamp(secondsSince1970: seconds).description == text)
                    #expect(Timestamp(text)?.secondsSince1970 == seconds)
                    seconds += 86_400
                }
            }
        }
    }

    @Test("every kind of instant survives the way to text and back")
    func roundTrip() throws {
        for seconds in stride(
            from: Timestamp.range.lowerBound, through: Timestamp.range.upperBound, by: 86_400 * 97 + 12_347)
        {
            let instant = Timestamp(secondsSince1970: seconds)
            #expect(instant.secondsSince1970 == seconds)
            #expect(Timestamp(instant.description) == instant)
        }
    }

    @Test("every second of a day has its own text")
    func secondsOfDay() {
        for second in 0..<86_400 as Range<Int64> {
            let instant = Timestamp(secondsSince1970: 1_709_164_800 + second)
            #expect(Timestamp(instant.description) == instant)
        }
        #expect(Timestamp(secondsSince1970: 1_709_164_800 + 86_399).description == "2024-02-29T23:59:59Z")
    }

    @Test("an instant beyond four digits of the year is the nearest within")
    func clamps() {
        #expect(Timestamp(secondsSince1970: .max).description == "9999-12-31T23:59:59Z")
        #expect(Timestamp(secondsSince1970: .min).description == "0000-01-01T00:00:00Z")
        #expect(Timestamp(secondsSince1970: 5) < Timestamp(secondsSince1970: 6))
    }

    @Test(
        "any other form is refused",
        arguments: [
            "", "2026", "2026-11-23", "2026-11-23T05:02:03", "2026-11-23T05:02:03z", "2026-11-23t05:02:03Z",
            "2026-11-23 05:02:03Z", "2026-11-23T05:02:03+00:00", "2026-11-23T05:02:03.0Z", "2026-11-23T05:02Z",
            "2026-11-23T05:02:60Z", "2026-11-23T23:59:60Z", "2026-11-23T24:00:00Z", "2026-11-23T05:60:03Z",
            "2026-00-23T05:02:03Z", "2026-13-23T05:02:03Z", "2026-11-00T05:02:03Z", "2026-11-31T05:02:03Z",
            "2023-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2024-02-30T00:00:00Z",
            "2026-04-31T00:00:00Z", "10000-01-01T00:00:00Z", "-001-01-01T00:00:00Z", "+026-11-23T05:02:03Z",
            " 2026-11-23T05:02:03Z", "2026-11-23T05:02:03Z ", "2026-11-23T05:02:03Z\n", "2026-1-023T05:02:03Z",
            "2026-11-23T5:02:003Z", "2026/11/23T05:02:03Z", "٢٠26-11-23T05:02Z", "20261123T050203Z",
        ])
    func refuses(text: String) {
        #expect(Timestamp(text) == nil)
    }
}
