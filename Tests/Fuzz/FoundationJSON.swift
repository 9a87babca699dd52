// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation
import KubernetesJSON

/// Foundation's reader as a second opinion, where both promise RFC 8259.
enum FoundationJSON {
    /// Traps when Foundation's reader and the outcome of the other disagree about `bytes`.
    static func check(_ bytes: [UInt8], _ outcome: Result<JSONValue, JSONError>) {
        guard isComparable(bytes) else { return }
        let other = try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
        let value: JSONValue
        switch outcome {
        case .success(let read): value = read
        case .failure(let error):
            if other != nil, !isTolerated(error, bytes) { fatalError("does not hold: what Foundation reads is read") }
            return
        }
        guard let other else {
            if isWithinFoundationsLimits(value, depth: 0) { fatalError("does not hold: Foundation reads what is read") }
            return
        }
        if (try? JSON.duplicateKeys(in: bytes)) == [], !agrees(value, other) {
            fatalError("does not hold: both read the same value")
        }
    }

    /// Foundation guesses UTF-16 and UTF-32 and skips a byte order mark; RFC 8259 allows neither between systems.
    private static func isComparable(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, first < 0x80 else { return false }
        return !bytes.prefix(4).contains(0)
    }

    /// Foundation takes a comma after the last element, which RFC 8259 does not.
    private static func isTolerated(_ error: JSONError, _ bytes: [UInt8]) -> Bool {
        let isClosing = bytes[error.offset...].first.map { [UInt8(ascii: "]"), UInt8(ascii: "}")].contains($0) } ?? false
        return isClosing && bytes[..<error.offset].last { $0 > 0x20 } == UInt8(ascii: ",")
    }

    /// Foundation has limits of its own for nesting and for numbers.
    private static func isWithinFoundationsLimits(_ value: JSONValue, depth: Int) -> Bool {
        switch value {
        case .null, .bool, .string: true
        case .number(let number): number.double.isFinite
        case .array(let elements): depth < 500 && elements.allSatisfy { isWithinFoundationsLimits($0, depth: depth + 1) }
        case .object(let members): depth < 500 && members.allSatisfy { isWithinFoundationsLimits($0.value, depth: depth + 1) }
        }
    }

    private static func agrees(_ value: JSONValue, _ other: Any) -> Bool {
        switch value {
        case .null: other is NSNull
        case .bool(let value): (other as? NSNumber)?.boolValue == value
        case .number(let number): (other as? NSNumber).map { isClose($0.doubleValue, number.double) } ?? false
        case .string(let text): other as? String == text
        case .array(let elements):
            (other as? [Any]).map { $0.count == elements.count && zip(elements, $0).allSatisfy(agrees) } ?? false
        case .object(let members):
            (other as? [String: Any]).map { other in
                other.count == members.count
                    && members.allSatisfy { member in other[member.key].map { agrees(member.value, $0) } ?? false }
            } ?? false
        }
    }

    /// Foundation goes by way of decimals.
    private static func isClose(_ left: Double, _ right: Double) -> Bool {
        left == right || abs(left - right) <= 1e-9 * max(abs(left), abs(right)) || (!right.isFinite)
    }
}
