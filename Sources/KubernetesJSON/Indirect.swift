// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// An optional struct kept behind one reference, with the behaviour of a value.
///
/// A pod's fields would take more than a kilobyte inline, most of it for what is nil; with this it is a few words, and a struct
/// can contain itself.
///
/// An initializer that begins with `self.init` assigns to `_property.wrappedValue`: Swift 6.3 takes `property = value` there for the first
/// assignment, also when it is not, and leaks the value before.
@propertyWrapper
public struct Indirect<Value> {
    /// Immutable: a change makes a new one.
    @usableFromInline
    final class Storage {
        @usableFromInline let value: Value

        @inlinable
        init(_ value: Value) { self.value = value }
    }

    @usableFromInline var storage: Storage?

    @inlinable
    public init(wrappedValue: consuming Value?) { storage = Self.store(wrappedValue) }

    @inlinable
    public init() { storage = nil }

    @inlinable
    public var wrappedValue: Value? {
        get { storage?.value }
        _modify {
            // Letting go of the storage first leaves the value's own parts with one reference, so that they are changed in place.
            var value = storage?.value
            storage = nil
            defer { storage = Self.store(value) }
            yield &value
        }
        set { storage = Self.store(newValue) }
    }

    /// Moves the value into a box; mapping the optional would copy it.
    @inlinable
    @inline(__always)
    static func store(_ value: consuming Value?) -> Storage? {
        guard let value else { return nil }
        return Storage(value)
    }
}

extension Indirect: Sendable where Value: Sendable {}

extension Indirect.Storage: Sendable where Value: Sendable {}

extension Indirect: Equatable where Value: Equatable {
    @inlinable
    public static func == (left: Indirect, right: Indirect) -> Bool {
        left.storage === right.storage || left.storage?.value == right.storage?.value
    }
}

extension Indirect: Hashable where Value: Hashable {
    @inlinable
    public func hash(into hasher: inout Hasher) { hasher.combine(storage?.value) }
}
