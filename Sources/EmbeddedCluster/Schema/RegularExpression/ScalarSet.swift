// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The characters that one position of a regular expression accepts.
struct ScalarSet: Sendable {
    private var ranges: [ClosedRange<UInt32>] = []
    private var categories: [(accepted: Set<Unicode.GeneralCategory>, isNegated: Bool)] = []
    private var isNegated = false
    private var ignoresCase = false

    static let digit = ScalarSet(["0"..."9"])
    static let space = ScalarSet(["\t"..."\n", "\u{0C}"..."\r", " "..." "])
    static let word = ScalarSet(["0"..."9", "A"..."Z", "_"..."_", "a"..."z"])
    static let anything = ScalarSet(["\0"..."\u{10FFFF}"])
    static var notNewline: ScalarSet { ScalarSet(["\n"..."\n"]).negated() }

    init() {}

    init(_ ranges: [ClosedRange<Unicode.Scalar>]) {
        self.ranges = ranges.map { $0.lowerBound.value...$0.upperBound.value }
    }

    init(category: Set<Unicode.GeneralCategory>, isNegated: Bool) { categories = [(category, isNegated)] }

    mutating func insert(_ range: ClosedRange<Unicode.Scalar>) { ranges.append(range.lowerBound.value...range.upperBound.value) }

    /// Adds what `other` accepts.
    mutating func formUnion(_ other: ScalarSet) {
        if other.isNegated {
            ranges += other.complement
        } else {
            ranges += other.ranges
            categories += other.categories
        }
    }

    func negated() -> ScalarSet {
        var copy = self
        copy.isNegated.toggle()
        return copy
    }

    func ignoringCase() -> ScalarSet {
        var copy = self
        copy.ignoresCase = true
        return copy
    }

    /// The ranges between the ranges.
    private var complement: [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = max(next, range.upperBound + 1)
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return result
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        var found = containsExactly(scalar)
        if !found, ignoresCase {
            found = Self.otherCases(of: scalar).contains { containsExactly($0) }
        }
        return found != isNegated
    }

    private func containsExactly(_ scalar: Unicode.Scalar) -> Bool {
        for range in ranges where range.contains(scalar.value) { return true }
        for (accepted, isNegated) in categories where accepted.contains(scalar.properties.generalCategory) != isNegated {
            return true
        }
        return false
    }

    private static func otherCases(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        let mappings = [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping]
        return mappings.compactMap { $0.unicodeScalars.count == 1 ? $0.unicodeScalars.first : nil }
    }
}
