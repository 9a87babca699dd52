// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import Testing

@Suite("Comparing resource versions")
struct ResourceRevisionTests {
    @Test(
        "they compare as numbers of any length; anything else is not comparable",
        arguments: [
            ("10", "9", true), ("9", "10", false), ("10", "10", true),
            ("99999999999999999999999", "99999999999999999999998", true),
            ("1", "0", true), ("", "1", nil), ("01", "1", nil), ("a", "1", nil), ("1", "1x", nil),
        ] as [(String, String, Bool?)]
    )
    func compare(lhs: String, rhs: String, isAtLeast: Bool?) {
        #expect(ResourceRevision.isAtLeast(lhs, rhs) == isAtLeast)
    }
}
