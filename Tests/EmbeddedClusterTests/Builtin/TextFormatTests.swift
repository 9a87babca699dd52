// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

@Suite("Times, quantities and base64 are refused with Go's words")
struct TextFormatTests {
    @Test(
        "micro times need six digits of fraction and a zone",
        arguments: [
            ("2024-03-01T10:00:00Z", "cannot parse \"Z\" as \".000000\""),
            ("2024-03-01T10:00:00.5Z", "cannot parse \".5Z\" as \".000000\""),
            ("2024-03-01T10:00:00.123456789Z", "cannot parse \"789Z\" as \"Z07:00\""),
            ("2024-03-01T10:00:00", "cannot parse \"\" as \".000000\""), ("2024-03-01", "cannot parse \"\" as \"T\""),
            ("", "cannot parse \"\" as \"2006\""),
        ]
    )
    func microTimes(_ text: String, _ complaint: String) {
        let error = GoTimeText.error(text, layout: .microseconds)
        #expect(error == "parsing time \"\(text)\" as \"2006-01-02T15:04:05.000000Z07:00\": " + complaint)
    }

    @Test(
        "dates that do not exist are out of range",
        arguments: [
            ("2024-13-01T10:00:00Z", "month out of range"), ("2023-02-29T10:00:00Z", "day out of range"),
            ("2024-02-01T24:00:00Z", "hour out of range"),
        ]
    )
    func outOfRange(_ text: String, _ complaint: String) {
        #expect(GoTimeText.error(text, layout: .seconds) == "parsing time \"\(text)\": \(complaint)")
    }

    @Test("good times pass", arguments: ["2024-02-29T10:00:00Z", "2024-02-29T10:00:00.123Z", "2024-02-29T10:00:00+02:00"])
    func good(_ text: String) { #expect(GoTimeText.error(text, layout: .seconds) == nil) }

    @Test("text after the zone is extra")
    func extra() {
        #expect(
            GoTimeText.error("2024-02-29T10:00:00Zx", layout: .seconds)
                == "parsing time \"2024-02-29T10:00:00Zx\": extra text: \"x\""
        )
    }

    @Test(
        "quantities are canonical or explained",
        arguments: [
            ("0.5Gi", "512Mi"), ("1500m", "1500m"), ("1000m", "1"), ("1e3", "1e3"), ("-1", "-1"),
        ]
    )
    func quantities(_ text: String, _ canonical: String) throws { #expect(try QuantityText.canonical(text).get() == canonical) }

    @Test("texts that are no quantity", arguments: [("1 core", true), ("", true), ("abc", true), ("1ee", false), ("1Kk", false)])
    func noQuantities(_ text: String, _ isFormat: Bool) {
        guard case .failure(let failure) = QuantityText.canonical(text) else {
            Issue.record("\(text) is no quantity")
            return
        }
        #expect(failure.message == (isFormat ? QuantityText.formatError : "unable to parse quantity's suffix"))
    }

    @Test(
        "the position of the first byte that is not base64",
        arguments: [
            ("***", 0), ("%%%", 0), ("YWJj!", 4), ("YQ=a", 2), ("YQ==x", 4), ("=abc", 0),
        ]
    )
    func illegalBase64(_ text: String, _ position: Int) { #expect(Base64.firstIllegalByte(text) == position) }

    @Test("base64 goes there and back", arguments: ["", "a", "ab", "abc", "hello ✓"])
    func roundTrip(_ text: String) {
        let encoded = Base64.encode(Array(text.utf8))
        #expect(Base64.firstIllegalByte(encoded) == nil)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }
}
