// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

@Suite("The end of events")
struct EventExpiryTests {
    private let now = Time(seconds: 1_800_000_000)

    private func time(_ age: Int64) -> JSONValue { .string(Time(seconds: now.seconds - age).description) }

    @Test("an event stays for an hour after the last of its times")
    func lifetime() {
        let old: JSONValue = ["metadata": ["creationTimestamp": time(7200)]]
        #expect(EventExpiry.isExpired(old, now: now))
        var seen = old
        seen["lastTimestamp"] = time(3600)
        #expect(!EventExpiry.isExpired(seen, now: now))
        var repeated = old
        repeated["eventTime"] = time(7200)
        repeated["series"] = ["count": 2, "lastObservedTime": time(10)]
        #expect(!EventExpiry.isExpired(repeated, now: now))
    }

    @Test("an event without any time stays")
    func timeless() {
        #expect(!EventExpiry.isExpired(.object([:]), now: now))
    }
}
