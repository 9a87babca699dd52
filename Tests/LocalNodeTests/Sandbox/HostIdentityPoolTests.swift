// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LocalNode

@Suite("Host users of sandboxes")
struct HostIdentityPoolTests {
    @Test("each sandbox has its own, and a returned one is used again last")
    func rotation() {
        var pool = HostIdentityPool(range: 100..<103)
        let first = pool.take()
        #expect(first == HostIdentity(uid: 100, gid: 100))
        #expect(pool.take()?.uid == 101)
        pool.giveBack(HostIdentity(uid: 100, gid: 100))
        #expect(pool.take()?.uid == 102)
        #expect(pool.take()?.uid == 100)
        #expect(pool.take() == nil)
    }

    @Test(
        "the range is one that this process may become",
        arguments: [
            ("0 0 4294967295", UInt32(1_900_000_000)),
            ("0 100000 65536", 61440),
            ("0 1000 1\n1 100000 65536", 61441),
        ]
    )
    func range(map: String, first: UInt32) throws {
        var pool = try #require(HostIdentityPool(uidMap: map))
        #expect(pool.take()?.uid == first)
    }

    @Test("a root that is the only user of its namespace has none", arguments: ["0 1000 1", "", "garbage"])
    func none(map: String) {
        #expect(HostIdentityPool(uidMap: map) == nil)
    }
}
