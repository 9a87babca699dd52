// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension ObjectMeta {
    /// The owner that manages the object; there is at most one.
    public var controllerReference: OwnerReference? { ownerReferences?.first { $0.controller == true } }

    /// Whether `owner`, this very object and not an earlier one of its name, manages the object.
    public func isControlled(by owner: some Resource) -> Bool {
        guard let uid = owner.metadata.uid, !uid.isEmpty else { return false }
        return controllerReference?.uid == uid
    }

    /// Whether `owner`, this very object and not an earlier one of its name, is one of the owners.
    public func isOwned(by owner: some Resource) -> Bool {
        guard let uid = owner.metadata.uid, !uid.isEmpty else { return false }
        return (ownerReferences ?? []).contains { $0.uid == uid }
    }

    /// Makes `owner` the controller of the object: it is found by the owner, and deleted with it. A reference to the same owner is replaced.
    ///
    /// - Parameter blocksDeletion: Whether a foreground deletion of the owner waits for the object. On clusters with
    ///   `OwnerReferencesPermissionEnforcement` this needs the right to update the owner's `finalizers`.
    /// - Throws: `MetaError`: `alreadyControlled` when another object is the controller, `foreignNamespace` when the owner lives in a namespace
    ///   and the object not in the same one, `incompleteOwner` when the owner has no name or uid.
    public mutating func setControllerReference(to owner: some Resource, blocksDeletion: Bool = true) throws(MetaError) {
        let reference = try OwnerReference(to: owner, isController: true, blocksDeletion: blocksDeletion)
        if let other = controllerReference, !other.refersToSameObject(as: reference) {
            throw MetaError(
                code: .alreadyControlled,
                message:
                    "\(displayName) is controlled by \(other.kind) '\(other.name)', so \(reference.kind) '\(reference.name)' cannot become its controller; add an owner reference instead"
            )
        }
        try add(reference, of: owner)
    }

    /// Makes `owner` one of the owners: the object is deleted after all of them are gone. A reference to the same owner is replaced.
    ///
    /// - Throws: `MetaError`: `foreignNamespace`, `incompleteOwner`, as for ``setControllerReference(to:blocksDeletion:)``.
    public mutating func setOwnerReference(to owner: some Resource, blocksDeletion: Bool = false) throws(MetaError) {
        try add(try OwnerReference(to: owner, blocksDeletion: blocksDeletion), of: owner)
    }

    /// Removes the reference to `owner`, whether it is the controller or not. The owner is found by group, kind and name.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    public mutating func removeOwnerReference<Owner: Resource>(to owner: Owner) -> Bool {
        let kind = Owner.groupVersionKind
        let wanted = OwnerReference(apiVersion: kind.apiVersion, kind: kind.kind, name: owner.metadata.name ?? "", uid: "")
        let before = ownerReferences ?? []
        let rest = before.filter { !$0.refersToSameObject(as: wanted) }
        guard rest.count != before.count else { return false }
        ownerReferences = rest.isEmpty ? nil : rest
        return true
    }

    private mutating func add(_ reference: OwnerReference, of owner: some Resource) throws(MetaError) {
        let home = owner.metadata.namespace ?? ""
        guard home.isEmpty || home == namespace ?? "" else {
            let place = namespace.map { "in namespace '\($0)'" } ?? "in no namespace"
            throw MetaError(
                code: .foreignNamespace,
                message:
                    "\(reference.kind) '\(reference.name)' lives in namespace '\(home)' and cannot own \(displayName), which is \(place); the garbage collector would delete it"
            )
        }
        var references = ownerReferences ?? []
        if let index = references.firstIndex(where: { $0.refersToSameObject(as: reference) }) {
            references[index] = reference
        } else {
            references.append(reference)
        }
        ownerReferences = references
    }

    private var displayName: String { "'\(name ?? generateName ?? "")'" }
}
