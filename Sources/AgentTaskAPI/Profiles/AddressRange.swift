// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A range of IP addresses in CIDR notation, as NetworkPolicies name it.
package struct AddressRange: Sendable, Hashable {
    /// 4 or 16 bytes.
    private let address: [UInt8]
    private let prefix: Int

    /// Nil when the text is no range. Bits behind the prefix count as 0.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let prefix = Self.number(parts[1], upTo: 128),
            let address = Self.version4(parts[0]) ?? Self.version6(parts[0]), prefix <= address.count * 8
        else { return nil }
        self.prefix = prefix
        self.address = address.enumerated().map { index, byte in
            let bits = min(8, max(0, prefix - index * 8))
            return bits == 0 ? 0 : byte & ~UInt8(truncatingIfNeeded: 0xFF >> bits)
        }
    }

    /// Whether every address of `other` is one of this range; false between IPv4 and IPv6.
    package func contains(_ other: AddressRange) -> Bool {
        guard address.count == other.address.count, prefix <= other.prefix else { return false }
        return address.indices.allSatisfy { index in
            let bits = min(8, max(0, prefix - index * 8))
            let mask: UInt8 = bits == 0 ? 0 : ~UInt8(truncatingIfNeeded: 0xFF >> bits)
            return address[index] & mask == other.address[index] & mask
        }
    }

    private static func number(_ text: Substring, upTo limit: Int) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text.utf8.count == 1 || text.first != "0", let value = Int(text), value <= limit
        else { return nil }
        return value
    }

    private static func version4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let bytes = parts.compactMap { number($0, upTo: 255).map(UInt8.init) }
        return bytes.count == 4 ? bytes : nil
    }

    private static func version6(_ text: Substring) -> [UInt8]? {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2, let front = groups(halves[0]) else { return nil }
        guard halves.count == 2 else { return front.count == 16 ? front : nil }
        guard let back = groups(halves[1]), front.count + back.count <= 14 else { return nil }
        return front + Array(repeating: 0, count: 16 - front.count - back.count) + back
    }

    /// The bytes of groups between colons; nil when one is no group.
    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        for group in text.split(separator: ":", omittingEmptySubsequences: false) {
            guard (1...4).contains(group.utf8.count), group.allSatisfy({ $0.isASCII && $0.isHexDigit }),
                let value = UInt16(group, radix: 16)
            else { return nil }
            bytes += [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)]
        }
        return bytes
    }
}
