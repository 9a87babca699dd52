// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// An optional struct kept behind one reference, with the behaviour of a value.
///
/// A pod's fields would take more than a kilobyte inline, most of it for what is nil; with this it is a few words, and a struct
/// can contain itself. The storage is copied when it is changed while shared.
@propertyWrapper
public struct Indirect<Value> {
    /// Immutable while it is shared: only ``wrappedValue`` changes it, after making sure that it has the one reference.
    @usableFromInline
    final class Storage {
        @usableFromInline var value: Value?

        @inlinable
        init(_ value: Value?) { self.value = value }
    }

    @usableFromInline var storage: Storage?

    @inlinable
    public init(wrappedValue: Value?) { storage = wrappedValue.map(Storage.init) }

    @inlinable
    public init() { storage = nil }

    @inlinable
    public var wrappedValue: Value? {
        get { storage?.value }
        _modify {
            if storage == nil || !isKnownUniquelyReferenced(&storage) { storage = Storage(storage?.value) }
            let unique = storage.unsafelyUnwrapped
            defer { if unique.value == nil { storage = nil } }
            yield &unique.value
        }
        set { storage = newValue.map(Storage.init) }
    }
}

/// A value type outside: see ``Storage``.
extension Indirect: @unchecked Sendable where Value: Sendable {}

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
