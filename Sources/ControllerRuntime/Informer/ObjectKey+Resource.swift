// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

extension ObjectKey {
    /// The key of an object.
    public init(_ object: some Resource) {
        self.init(namespace: object.metadata.namespace, name: object.metadata.name ?? "")
    }
}
