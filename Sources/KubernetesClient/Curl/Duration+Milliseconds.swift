// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// Whole milliseconds, rounded up so that a wait is never too short; at most some 24 days, which libcurl's integers hold.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        return Int(seconds) * 1_000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
