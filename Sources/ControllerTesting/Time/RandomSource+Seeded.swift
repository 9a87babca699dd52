// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
import KubernetesClient

extension RandomSource {
    /// The same numbers for the same seed, on every machine (SplitMix64).
    public static func seeded(_ seed: UInt64) -> RandomSource {
        let state = Locked(seed)
        return RandomSource {
            let mixed = state.withLock { state in
                state &+= 0x9E37_79B9_7F4A_7C15
                return state
            }
            var z = mixed
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
