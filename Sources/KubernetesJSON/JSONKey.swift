// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The name of an object member, as ``JSONReader/nextKey()`` found it.
///
/// It points into the reader's input (or, if the name was written with escapes, into the reader's own buffer), so that matching costs
/// no allocation. It is valid until the reader is used again; take ``string`` to keep the name.
public struct JSONKey {
    @usableFromInline let base: UnsafeRawPointer
    @usableFromInline let count: Int

    @inlinable
    init(base: UnsafeRawPointer, count: Int) {
        self.base = base
        self.count = count
    }

    /// The name as a string of its own.
    public var string: String { String(decoding: UnsafeRawBufferPointer(start: base, count: count), as: UTF8.self) }

    /// Whether the name is `name`: makes `switch key { case "metadata": … }` work.
    @inlinable
    @inline(__always)
    public static func ~= (name: StaticString, key: JSONKey) -> Bool {
        key.count == name.utf8CodeUnitCount && areEqual(key.base, UnsafeRawPointer(name.utf8Start), key.count)
    }

    /// Compares word by word; for a literal the optimizer turns this into a few comparisons with constants.
    @inlinable
    @inline(__always)
    static func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int) -> Bool {
        var offset = 0
        while offset &+ 8 <= count {
            if left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                != right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            {
                return false
            }
            offset &+= 8
        }
        if count & 4 != 0 {
            if left.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                != right.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            {
                return false
            }
            offset &+= 4
        }
        if count & 2 != 0 {
            if left.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
                != right.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
            {
                return false
            }
            offset &+= 2
        }
        return count & 1 == 0
            || left.load(fromByteOffset: offset, as: UInt8.self) == right.load(fromByteOffset: offset, as: UInt8.self)
    }
}

/// Keys point into a buffer that may be gone by the time another task looks.
@available(*, unavailable)
extension JSONKey: Sendable {}
