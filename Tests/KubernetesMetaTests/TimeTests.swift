// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@Suite("Time")
struct TimeTests {
    @Test(
        "RFC 3339 text is a moment, written back in UTC",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"), ("2001-09-09T01:46:40Z", 1_000_000_000, "2001-09-09T01:46:40Z"),
            ("2024-02-29T23:59:59Z", 1_709_251_199, "2024-02-29T23:59:59Z"),
            ("2000-02-29T00:00:00z", 951_782_400, "2000-02-29T00:00:00Z"),
            ("1969-12-31T23:59:59Z", -1, "1969-12-31T23:59:59Z"),
            ("2020-01-01t01:30:00+01:30", 1_577_836_800, "2020-01-01T00:00:00Z"),
            ("2019-12-31T19:00:00-05:00", 1_577_836_800, "2020-01-01T00:00:00Z"),
            ("2020-01-01T00:00:00.999999999Z", 1_577_836_800, "2020-01-01T00:00:00Z"),
            ("1969-12-31T23:59:59.5Z", -1, "1969-12-31T23:59:59Z"),
            ("0001-01-01T00:00:00Z", -62_135_596_800, "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", 253_402_300_799, "9999-12-31T23:59:59Z"),
        ]
    )
    func valid(text: String, seconds: Int64, written: String) throws {
        let time = try #require(Time(text))
        #expect(time.seconds == seconds)
        #expect(time.description == written)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "2020-01-01", "2020-01-01T00:00:00", "2020-01-01 00:00:00Z", "2020-13-01T00:00:00Z", "2020-00-01T00:00:00Z",
            "2021-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z", "2020-04-31T00:00:00Z", "2020-01-00T00:00:00Z", "2020-01-01T24:00:00Z",
            "2020-01-01T00:60:00Z",
            "2020-01-01T00:00:60Z", "2020-01-01T00:00:00.Z", "2020-01-01T00:00:00Zx", "2020-01-01T00:00:00+1:00",
            "2020-01-01T00:00:00+24:00",
            "20-01-01T00:00:00Z", "2020-1-1T00:00:00Z", "+020-01-01T00:00:00Z", " 2020-01-01T00:00:00Z",
        ]
    )
    func invalid(text: String) {
        #expect(Time(text) == nil)
        #expect(MicroTime(text) == nil)
    }

    @Test("microseconds are kept, what is finer is dropped, before 1970 too")
    func micro() throws {
        let time = try #require(MicroTime("2020-01-01T00:00:00.1234567Z"))
        #expect(time.microseconds == 1_577_836_800_123_456)
        #expect(time.description == "2020-01-01T00:00:00.123456Z")
        #expect(Time(time).description == "2020-01-01T00:00:00Z")
        let early = MicroTime(microseconds: -1)
        #expect(early.description == "1969-12-31T23:59:59.999999Z")
        #expect(Time(early).seconds == -1)
        #expect(MicroTime(Time(seconds: 5)).microseconds == 5_000_000)
    }

    @Test("times are moved and compared exactly")
    func arithmetic() {
        #expect(Time(seconds: 10) - Time(seconds: 15) == -5)
        #expect(Time(seconds: 10) - 3 == Time(seconds: 7))
        #expect(MicroTime(microseconds: 10) + .milliseconds(-1) == MicroTime(microseconds: -990))
        #expect(MicroTime(microseconds: 0) + .nanoseconds(1_999) == MicroTime(microseconds: 1))
        #expect(MicroTime(microseconds: 5) - MicroTime(microseconds: 7) == .microseconds(-2))
    }

    @Test("every day of four centuries survives text")
    func everyDay() {
        var previous = ""
        for day in stride(from: Int64(-141_428), through: 4_700, by: 1) {
            let time = Time(seconds: day * 86_400 + 86_399)
            let text = time.description
            #expect(Time(text) == time)
            #expect(previous < text)
            previous = text
        }
    }

    @Test("JSON that is no time is refused with its field")
    func json() throws {
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: #"{"creationTimestamp":"soon"}"#).decoded(as: ObjectMeta.self)
        }
        #expect(error?.code == .invalidValue)
        #expect(error?.path == "creationTimestamp")
        let metadata = try JSONValue(parsing: #"{"creationTimestamp":null}"#).decoded(as: ObjectMeta.self)
        #expect(metadata == ObjectMeta())
    }
}
