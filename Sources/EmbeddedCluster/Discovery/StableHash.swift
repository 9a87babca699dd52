// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// FNV-1a, 64 bits: the same in every run, for hashes that clients compare but nobody attacks.
enum StableHash {
    static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
