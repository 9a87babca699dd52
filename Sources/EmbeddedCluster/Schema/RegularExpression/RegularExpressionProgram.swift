// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A regular expression compiled to instructions, run by keeping the set of all states that the text so far allows (Thompson, Pike).
struct RegularExpressionProgram: Sendable {
    private enum Instruction: Sendable {
        case set(ScalarSet)
        case assertion(RegularExpressionNode.Assertion)
        case split(Int, Int)
        case jump(Int)
        case match
    }

    /// Counted repetitions multiply; a larger program is refused.
    private static let sizeLimit = 20_000

    private var instructions: [Instruction] = []

    init(_ node: RegularExpressionNode) throws(RegularExpressionError) {
        try append(node)
        try emit(.match)
    }

    // MARK: Compiling

    private mutating func emit(_ instruction: Instruction) throws(RegularExpressionError) {
        guard instructions.count < Self.sizeLimit else { throw RegularExpressionError(problem: "expression too large", part: "") }
        instructions.append(instruction)
    }

    private mutating func append(_ node: RegularExpressionNode) throws(RegularExpressionError) {
        switch node {
        case .empty: break
        case .set(let set): try emit(.set(set))
        case .assertion(let assertion): try emit(.assertion(assertion))
        case .sequence(let nodes):
            for node in nodes { try append(node) }
        case .alternatives(let branches): try append(alternatives: branches)
        case .repetition(let node, let minimum, let maximum):
            for _ in 0..<minimum { try append(node) }
            if let maximum {
                try append(node, upTo: maximum - minimum)
            } else {
                let start = instructions.count
                try emit(.split(start + 1, 0))
                try append(node)
                try emit(.jump(start))
                instructions[start] = .split(start + 1, instructions.count)
            }
        }
    }

    private mutating func append(_ node: RegularExpressionNode, upTo count: Int) throws(RegularExpressionError) {
        var splits: [Int] = []
        for _ in 0..<count {
            splits.append(instructions.count)
            try emit(.split(instructions.count + 1, 0))
            try append(node)
        }
        for split in splits { instructions[split] = .split(split + 1, instructions.count) }
    }

    private mutating func append(alternatives branches: [RegularExpressionNode]) throws(RegularExpressionError) {
        var jumps: [Int] = []
        for (position, branch) in branches.enumerated() {
            if position == branches.count - 1 {
                try append(branch)
            } else {
                let split = instructions.count
                try emit(.split(split + 1, 0))
                try append(branch)
                jumps.append(instructions.count)
                try emit(.jump(0))
                instructions[split] = .split(split + 1, instructions.count)
            }
        }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    // MARK: Running

    private struct Place {
        var previous: Unicode.Scalar?
        var next: Unicode.Scalar?

        func satisfies(_ assertion: RegularExpressionNode.Assertion) -> Bool {
            switch assertion {
            case .textStart: previous == nil
            case .textEnd: next == nil
            case .lineStart: previous == nil || previous == "\n"
            case .lineEnd: next == nil || next == "\n"
            case .wordBoundary: isWord(previous) != isWord(next)
            case .noWordBoundary: isWord(previous) == isWord(next)
            }
        }

        private func isWord(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { ScalarSet.word.contains($0) } ?? false }
    }

    /// Whether the program matches anywhere in `text`. Time is at most text × instructions, memory twice the instructions.
    func matches(_ text: String.UnicodeScalarView) -> Bool {
        var iterator = text.makeIterator()
        var place = Place(previous: nil, next: iterator.next())
        var current: [Int] = []
        var following: [Int] = []
        // The step in which an instruction was last entered, so that none is entered twice in a step.
        var entered = [Int](repeating: -1, count: instructions.count)
        var step = 0
        while true {
            if enter(0, at: place, step: step, &current, &entered) { return true }
            guard let scalar = place.next, !(current.isEmpty && startsAtTextStart) else { return false }
            let nextPlace = Place(previous: scalar, next: iterator.next())
            following.removeAll(keepingCapacity: true)
            for index in current {
                guard case .set(let set) = instructions[index], set.contains(scalar) else { continue }
                if enter(index + 1, at: nextPlace, step: step + 1, &following, &entered) { return true }
            }
            swap(&current, &following)
            place = nextPlace
            step += 1
        }
    }

    private var startsAtTextStart: Bool {
        if case .assertion(.textStart) = instructions[0] { true } else { false }
    }

    /// Follows everything that needs no character. True when the match is complete.
    private func enter(_ start: Int, at place: Place, step: Int, _ threads: inout [Int], _ entered: inout [Int]) -> Bool {
        var stack = [start]
        while let index = stack.popLast() {
            if entered[index] == step { continue }
            entered[index] = step
            switch instructions[index] {
            case .match: return true
            case .set: threads.append(index)
            case .jump(let target): stack.append(target)
            case .split(let first, let second):
                stack.append(second)
                stack.append(first)
            case .assertion(let assertion): if place.satisfies(assertion) { stack.append(index + 1) }
            }
        }
        return false
    }
}
