// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// A block of addresses such as `10.0.0.0/8` or `fd00::/8`.
struct AddressBlock {
    static let complaint = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"

    private let bytes: [UInt8]
    private let length: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = Int(parts[1]), length >= 0 else { return nil }
        let isVersion6 = parts[0].contains(":")
        var bytes = [UInt8](repeating: 0, count: isVersion6 ? 16 : 4)
        guard inet_pton(isVersion6 ? AF_INET6 : AF_INET, String(parts[0]), &bytes) == 1, length <= bytes.count * 8 else {
            return nil
        }
        self.bytes = bytes
        self.length = length
    }

    /// Whether all addresses of `other`, and more, are in this block.
    func strictlyContains(_ other: AddressBlock) -> Bool {
        guard bytes.count == other.bytes.count, length < other.length else { return false }
        return (0..<length).allSatisfy { bit($0) == other.bit($0) }
    }

    private func bit(_ index: Int) -> UInt8 { bytes[index / 8] >> UInt8(7 - index % 8) & 1 }
}
