// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Reproducible random values (SplitMix64). A test prints its seed when it fails.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    /// Any JSON, with few different names so that documents overlap.
    mutating func json(depth: Int = 3, allowsNull: Bool = true) -> JSONValue {
        switch below(depth > 0 ? 7 : 4) {
        case 0: return allowsNull ? .null : "n"
        case 1: return .bool(below(2) == 0)
        case 2: return .int(below(5))
        case 3: return .string(String(repeating: "x", count: below(4)))
        case 4: return .array((0..<below(4)).map { _ in json(depth: depth - 1, allowsNull: allowsNull) })
        default: return object(depth: depth - 1, allowsNull: allowsNull)
        }
    }

    mutating func object(depth: Int = 3, allowsNull: Bool = true) -> JSONValue {
        var object = JSONObject()
        for _ in 0..<below(6) {
            object[["a", "b", "c", "d", "e", "items", "name"][below(7)]] = json(depth: depth, allowsNull: allowsNull)
        }
        return .object(object)
    }
}
