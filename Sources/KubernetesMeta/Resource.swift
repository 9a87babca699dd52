// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// A type of objects that an API server stores.
///
/// The generated kinds conform; so do hand-written ones for custom resources.
public protocol Resource: JSONReadable, JSONWritable, Sendable {
    /// The type's name.
    static var groupVersionKind: GroupVersionKind { get }
    /// The name in URLs, for example `pods`.
    static var plural: String { get }
    /// Whether objects live in namespaces.
    static var scope: ResourceScope { get }
    /// Name, namespace, labels and what else every object has.
    var metadata: ObjectMeta { get set }
}
