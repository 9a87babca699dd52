// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import ControllerTesting

@Suite("Chaos")
struct ChaosTests {
    private let request = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/api")

    private func faults(_ chaos: Chaos, _ count: Int = 1000) -> [String] {
        (0..<count).map { _ in chaos.fault(for: request).map { "\($0)" } ?? "-" }
    }

    @Test("the same seed gives the same faults, another seed others")
    func seeds() {
        let first = faults(Chaos(seed: 7, rate: 0.5))
        #expect(faults(Chaos(seed: 7, rate: 0.5)) == first)
        #expect(faults(Chaos(seed: 8, rate: 0.5)) != first)
    }

    @Test("about as many requests go wrong as the rate says, of all kinds")
    func rate() {
        let chaos = Chaos(seed: 1, rate: 0.25)
        let wrong = faults(chaos, 4000).count { $0 != "-" }
        #expect((900...1100).contains(wrong))
        #expect(chaos.injected.values.reduce(0, +) == wrong)
        #expect(Set(chaos.injected.keys) == Set(Chaos.Kind.allCases))
    }

    @Test("nothing goes wrong at rate 0, without kinds, or in a calm")
    func calm() {
        #expect(faults(Chaos(seed: 1, rate: 0)).allSatisfy { $0 == "-" })
        #expect(faults(Chaos(seed: 1, rate: 1, kinds: [])).allSatisfy { $0 == "-" })
        let chaos = Chaos(seed: 1, rate: 1, kinds: [.drop])
        chaos.calm()
        #expect(faults(chaos).allSatisfy { $0 == "-" })
        chaos.resume()
        #expect(faults(chaos).allSatisfy { $0 == "drop" })
    }
}
