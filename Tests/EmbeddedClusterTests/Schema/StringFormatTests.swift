// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EmbeddedCluster

@Suite("Formats of strings")
struct StringFormatTests {
    @Test(
        "are checked as a real server checks them",
        arguments: [
            (
                "date-time", ["2024-01-02T03:04:05Z", "2024-02-29t23:59:59.5+02:00"],
                ["now", "2023-02-29T00:00:00Z", "2024-01-02T24:00:00Z", "2024-01-02"]
            ),
            ("date", ["2024-12-31"], ["2024-13-01", "2024-1-1", "24-01-01"]),
            ("byte", ["aGk=", "aGVs"], ["***", "aGk", ""]),
            ("ipv4", ["10.0.0.1"], ["300.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4"]),
            (
                "ipv6", ["::1", "2001:db8::8a2e:370:7334", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4"],
                ["1::2::3", "12345::", "10.0.0.1", "1:2:3"]
            ),
            ("cidr", ["10.0.0.0/8", "fe80::/10"], ["10.0.0.0", "10.0.0.0/33"]),
            ("uuid", ["123e4567-e89b-12d3-a456-426614174000"], ["nope", "123e4567-e89b-12d3-a456-42661417400"]),
            ("duration", ["1h30m", "22 ns", "5s"], ["soon", "5x"]),
            ("hostname", ["example.com"], ["-a", "a b"]),
            ("uri", ["https://example.com/x", "/path"], ["", "no scheme", "::"]),
            ("email", ["a@example.com"], ["a"]),
            ("made-up", ["anything"], []),
        ]
    )
    func formats(format: String, right: [String], wrong: [String]) {
        for text in right { #expect(StringFormat.matches(text, format: format), "\(format) \(text)") }
        for text in wrong { #expect(!StringFormat.matches(text, format: format), "\(format) \(text)") }
    }
}
