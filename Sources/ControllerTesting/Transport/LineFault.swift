// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What goes wrong with the lines of a body. Pure.
///
/// Bound: one unfinished line, which is as long as the server makes it.
struct LineFault: Sendable {
    enum Kind: Sendable {
        /// Each line comes twice.
        case repeated
        /// After so many lines come these bytes, and the end.
        case ended(afterLines: Int, by: [UInt8])
    }

    private let kind: Kind
    private var unfinished: [UInt8] = []
    private var lines = 0
    private(set) var hasEnded = false

    init(_ kind: Kind) { self.kind = kind }

    /// Takes a piece of the body and returns what comes instead; empty when that needs more.
    mutating func take(_ chunk: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for byte in chunk {
            if isOver { return out + end() }
            unfinished.append(byte)
            guard byte == UInt8(ascii: "\n") else { continue }
            out += unfinished
            if case .repeated = kind { out += unfinished }
            unfinished = []
            lines += 1
        }
        return isOver ? out + end() : out
    }

    /// What comes at the body's end; nil for nothing.
    mutating func finish() -> [UInt8]? {
        if isOver { return end() }
        hasEnded = true
        return unfinished.isEmpty ? nil : unfinished
    }

    private var isOver: Bool { if case .ended(let count, _) = kind { lines >= count } else { false } }

    private mutating func end() -> [UInt8] {
        hasEnded = true
        if case .ended(_, let bytes) = kind { return bytes }
        return []
    }
}
