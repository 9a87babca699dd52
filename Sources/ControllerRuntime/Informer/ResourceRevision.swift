// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How resource versions compare (apimachinery, util/resourceversion): as numbers, by length and then by digits; anything else is not
/// comparable.
package enum ResourceRevision {
    /// Whether `text` is a revision that can be compared: digits without a leading zero.
    package static func isComparable(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        if first == UInt8(ascii: "0") { return text.utf8.count == 1 }
        return text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }

    /// Whether `lhs` is at least as new as `rhs`; nil when they cannot be compared.
    package static func isAtLeast(_ lhs: String, _ rhs: String) -> Bool? {
        guard isComparable(lhs), isComparable(rhs) else { return nil }
        if lhs.utf8.count != rhs.utf8.count { return lhs.utf8.count > rhs.utf8.count }
        return lhs.utf8.elementsEqual(rhs.utf8) || rhs.utf8.lexicographicallyPrecedes(lhs.utf8)
    }
}
