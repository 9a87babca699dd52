// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import AgentTaskAPI

@Suite("A range of addresses")
struct AddressRangeTests {
    @Test(
        "is read as Kubernetes reads it",
        arguments: [
            "0.0.0.0/0", "10.1.2.3/8", "203.0.113.7/32", "::/0", "2001:db8::/32", "fd00:ec2::254/128", "1:2:3:4:5:6:7:8/64",
        ]
    )
    func valid(_ text: String) { #expect(AddressRange(text) != nil) }

    @Test(
        "is nothing else",
        arguments: [
            "", "/", "10.0.0.0", "10.0.0/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "010.0.0.0/8", "256.0.0.0/8",
            "10.0.0.0/8/8",
            "::1", "::1::/64", ":::/0", "1:2:3/64", "12345::/16", "g::/16", "::/129", "1:2:3:4:5:6:7:8:9/64", "+1.0.0.0/8",
            " ::/0",
        ]
    )
    func invalid(_ text: String) { #expect(AddressRange(text) == nil) }

    @Test(
        "contains what has the same front and is not larger",
        arguments: [
            ("0.0.0.0/0", "169.254.169.254/32", true), ("169.254.0.0/16", "169.254.169.254/32", true),
            ("10.0.0.0/9", "10.128.0.0/9", false), ("10.0.0.0/8", "10.0.0.0/8", true), ("10.0.0.0/9", "10.0.0.0/8", false),
            ("::/0", "10.0.0.0/8", false), ("::/0", "fd00:ec2::254/128", true), ("fd00::/8", "fd00:ec2::254/128", true),
            ("10.99.0.0/8", "10.1.0.0/16", true), ("0.0.0.0/0", "::/0", false),
        ]
    )
    func contains(_ outer: String, _ inner: String, _ contains: Bool) throws {
        #expect(try #require(AddressRange(outer)).contains(#require(AddressRange(inner))) == contains)
    }

    @Test("counts bits behind its prefix as nothing")
    func canonical() { #expect(AddressRange("10.1.2.3/8") == AddressRange("10.0.0.0/8")) }
}
