// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPIExtensions
public import KubernetesJSON

/// A CustomResourceDefinition of the product. `manifests/crd/` holds the same documents as YAML; CI compares them.
public struct InstalledDefinition: Sendable {
    /// The name of the CustomResourceDefinition.
    public let name: String
    /// The document to install, with only such fields as Kubernetes 1.25 knows.
    public let document: JSONValue

    /// All of them. A cluster without that of RuntimeProfile serves tasks with other profiles.
    public static var all: [InstalledDefinition] {
        [AgentTask.customResource, RuntimeProfile.customResource].map(InstalledDefinition.init)
    }

    init(_ kind: CustomResourceDescription) {
        name = kind.name
        document = JSONValue(encoding: kind.definition)
    }
}
