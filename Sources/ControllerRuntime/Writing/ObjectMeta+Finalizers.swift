// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

extension ObjectMeta {
    /// Whether the deletion of the object was asked for; it goes as soon as no finalizer is left.
    public var isBeingDeleted: Bool { deletionTimestamp != nil }

    /// Whether the object has the finalizer: it stays until that is taken away.
    public func hasFinalizer(_ finalizer: String) -> Bool { finalizers?.contains(finalizer) ?? false }

    /// Puts the finalizer at the end. The server refuses new ones on an object that is being deleted.
    ///
    /// - Returns: Whether it was not there yet.
    @discardableResult
    public mutating func addFinalizer(_ finalizer: String) -> Bool {
        if hasFinalizer(finalizer) { return false }
        finalizers = (finalizers ?? []) + [finalizer]
        return true
    }

    /// Takes the finalizer away.
    ///
    /// - Returns: Whether it was there.
    @discardableResult
    public mutating func removeFinalizer(_ finalizer: String) -> Bool {
        guard hasFinalizer(finalizer) else { return false }
        finalizers?.removeAll { $0 == finalizer }
        return true
    }
}
