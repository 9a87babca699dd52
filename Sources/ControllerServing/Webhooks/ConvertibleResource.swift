// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// One version of a custom resource that can be turned into the version through which all others are converted, the hub, and back.
///
/// What the other version cannot hold must not be lost: keep it in an annotation, or `kubectl apply` with the other version removes it.
public protocol ConvertibleResource<Hub>: Resource {
    /// The version through which all others are converted.
    associatedtype Hub: Resource

    /// This version of a hub's object. Metadata may differ in labels and annotations only.
    init(hub: Hub) throws

    /// The hub's version of this object.
    func hub() throws -> Hub
}
