// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import Testing

@testable import ControllerRuntime

@Suite("The numbers of keys")
struct KeyNumbersTests {
    /// Of few different hashes, so that most keys share a place.
    private struct Crowded: Hashable, Sendable {
        let value: Int
        func hash(into hasher: inout Hasher) { hasher.combine(value % 7) }
    }

    @Test("any order of inserting and removing finds what a dictionary finds", arguments: [UInt64(3), 99, 12_345])
    func model(seed: UInt64) {
        print("seed \(seed)")
        var random = RandomSource.seeded(seed)
        var numbers = KeyNumbers<Crowded>()
        var model: [Crowded: Int] = [:]
        for step in 0..<20_000 {
            let key = Crowded(value: Int.random(in: 0..<(step < 10_000 ? 200 : 20), using: &random))
            if Bool.random(using: &random) {
                let (number, isNew) = numbers.insert(key)
                #expect(isNew == (model[key] == nil))
                if let known = model[key] { #expect(number == known) } else { #expect(!model.values.contains(number)) }
                model[key] = number
            } else if let number = model.removeValue(forKey: key) {
                numbers.remove(number)
                #expect(numbers.number(of: key) == nil)
            }
            #expect(numbers.count == model.count)
            let other = Crowded(value: Int.random(in: 0..<200, using: &random))
            #expect(numbers.number(of: other) == model[other])
            if let number = model[other] { #expect(numbers.key(number) == other) }
        }
    }
}
