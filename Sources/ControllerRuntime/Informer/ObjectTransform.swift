// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// Changes objects before they are stored, mostly to drop what is not needed: what is not stored takes no memory.
///
/// It runs once on each object that comes from the server, also on the last state of a deleted one, so that indexes, handlers and readers
/// all see the same shape. What names the object and its version (name, namespace, uid, resourceVersion) stays as the server sent it.
public struct ObjectTransform<R: Resource>: Sendable {
    private let body: @Sendable (inout R) -> Void

    /// A transform that does what `body` does. It must be quick and must not block.
    public init(_ body: @escaping @Sendable (inout R) -> Void) { self.body = body }

    /// Drops `metadata.managedFields`, often half of a small object. An update without them leaves the server's as they are.
    public static var droppingManagedFields: ObjectTransform { ObjectTransform { $0.metadata.managedFields = nil } }

    /// Drops annotations, for example `kubectl.kubernetes.io/last-applied-configuration`, which repeats the object. Write such objects by
    /// patches: an update would remove the annotation.
    public static func droppingAnnotations(_ names: String...) -> ObjectTransform {
        ObjectTransform { object in
            for name in names { object.metadata.annotations?.removeValue(forKey: name) }
        }
    }

    /// This transform, then `next`.
    public func then(_ next: ObjectTransform) -> ObjectTransform {
        ObjectTransform { [body] object in
            body(&object)
            next.body(&object)
        }
    }

    /// The object as it is stored.
    public func callAsFunction(_ object: R) -> R {
        var changed = object
        body(&changed)
        changed.metadata.name = object.metadata.name
        changed.metadata.namespace = object.metadata.namespace
        changed.metadata.uid = object.metadata.uid
        changed.metadata.resourceVersion = object.metadata.resourceVersion
        return changed
    }
}
