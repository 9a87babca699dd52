// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ControllerTesting

@Suite("The seed of a simulated cluster")
struct SimulatedClusterOptionsTests {
    @Test("the options come first, then the variable, then a new one")
    func order() throws {
        #expect(try SimulatedClusterOptions(seed: 1).resolveSeed(variable: "2") == 1)
        #expect(try SimulatedClusterOptions().resolveSeed(variable: "2") == 2)
        #expect(try SimulatedClusterOptions().resolveSeed(variable: "18446744073709551615") == .max)
        let fresh = try (0..<10).map { _ in try SimulatedClusterOptions().resolveSeed(variable: nil) }
        #expect(Set(fresh).count > 1)
    }

    @Test("what is no seed is refused by name", arguments: ["abc", "-1", "1.5", "18446744073709551616"])
    func refused(text: String) {
        #expect { _ = try SimulatedClusterOptions().resolveSeed(variable: text) } throws: {
            "\($0)".contains("CLUSTER_SEED is '\(text)'")
        }
    }
}
