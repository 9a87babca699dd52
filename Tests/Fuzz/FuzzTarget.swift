// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Something that takes any bytes.
protocol FuzzTarget {
    /// Makes use of the bytes, and traps when a claim about what comes out does not hold.
    static func check(_ bytes: [UInt8])
}

extension FuzzTarget {
    /// States what must hold, in every build.
    static func claim(_ holds: Bool, _ words: @autoclosure () -> String) {
        if !holds { fatalError("does not hold: \(words())") }
    }

    /// A message is for people: one line that no control character can change.
    static func claimOneLine(_ message: String) {
        let isClean = message.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
        claim(isClean && !message.isEmpty, "a message is one line: \(message.debugDescription)")
    }
}
