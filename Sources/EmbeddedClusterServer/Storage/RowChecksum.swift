// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster

/// A checksum over the parts of a row (FNV-1a, 64 bits), because SQLite notices damage to its own structures but not to values.
struct RowChecksum {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The checksum as SQLite stores it.
    var value: Int64 { Int64(bitPattern: state) }

    mutating func add(_ text: String) {
        for byte in text.utf8 { mix(byte) }
        // Ends the part: no text has this byte.
        mix(0xFF)
    }

    mutating func add(_ number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { for byte in $0 { mix(byte) } }
    }

    mutating func add(_ bytes: [UInt8]?) {
        guard let bytes else { return add(UInt64.max) }
        add(UInt64(bytes.count))
        for byte in bytes { mix(byte) }
    }

    private mutating func mix(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
}

extension RowChecksum {
    mutating func add(_ key: StorageKey) {
        add(key.group)
        add(key.resource)
        add(key.namespace)
        add(key.name)
    }
}
