// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension OwnerReference {
    /// A reference to an object that an API server stores.
    ///
    /// - Parameters:
    ///   - isController: Whether the owner is the one that manages the object.
    ///   - blocksDeletion: Whether a foreground deletion of the owner waits until the object is gone.
    /// - Throws: `MetaError` of code `incompleteOwner` when the owner has no name or no uid.
    public init<Owner: Resource>(to owner: Owner, isController: Bool = false, blocksDeletion: Bool = false) throws(MetaError) {
        guard let name = owner.metadata.name, !name.isEmpty, let uid = owner.metadata.uid, !uid.isEmpty else {
            throw MetaError(
                code: .incompleteOwner,
                message:
                    "\(Owner.groupVersionKind.kind) '\(owner.metadata.name ?? "")' has no name or no uid and cannot own; use the object that the API server returned"
            )
        }
        self.init(
            apiVersion: Owner.groupVersionKind.apiVersion,
            kind: Owner.groupVersionKind.kind,
            name: name,
            uid: uid,
            blockOwnerDeletion: blocksDeletion ? true : nil,
            controller: isController ? true : nil
        )
    }

    /// Whether both refer to the same object by name: group, kind and name agree. Versions of a group are views of the same object, and an
    /// object that was made again has another uid.
    public func refersToSameObject(as other: OwnerReference) -> Bool {
        kind == other.kind && name == other.name
            && GroupVersionKind(apiVersion: apiVersion, kind: kind).group
                == GroupVersionKind(apiVersion: other.apiVersion, kind: other.kind).group
    }
}
