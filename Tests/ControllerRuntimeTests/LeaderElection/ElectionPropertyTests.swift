// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import Testing

@testable import ControllerRuntime

@Suite("Election, under all circumstances", .timeLimit(.minutes(2)))
struct ElectionPropertyTests {
    @Test("never may two terms write at the same instant of true time; with a quiet network somebody leads")
    func exclusion() {
        let first = UInt64.random(in: 0...UInt64(UInt32.max))
        print("seeds from \(first)")
        var terms = 0
        for seed in first..<(first + 60) {
            // The lease lasts 1.5 times as long as a term without renewal: clocks may differ by less than that.
            var simulation = ElectionSimulation(count: 2 + Int(seed % 4), seed: seed, drift: 0.1)
            simulation.run(for: 900)
            #expect(simulation.problem == nil, "seed \(seed)")
            simulation.run(for: 120, quiet: true)
            #expect(simulation.problem == nil, "seed \(seed)")
            #expect(simulation.leaders.count == 1, "seed \(seed)")
            terms += simulation.terms
        }
        // Else the network was so bad, or so good, that nothing was tested.
        #expect(terms > 60 * 5)
    }
}
