// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The list of paths that `/` shows.
struct ServerPaths: Sendable {
    private let registry: ResourceRegistry

    init(_ registry: ResourceRegistry) { self.registry = registry }

    var document: JSONValue {
        var paths: Set<String> = ["/api", "/apis", "/healthz", "/livez", "/openapi/v3", "/openapi/v3/", "/readyz", "/version"]
        for check in ["/healthz", "/livez", "/readyz"] { paths.insert(check + "/ping") }
        for definition in registry.definitions {
            if definition.group.isEmpty {
                paths.insert("/api/" + definition.version)
            } else {
                paths.formUnion(["/apis/" + definition.group, "/apis/" + definition.apiVersion])
            }
        }
        return ["paths": .array(paths.sorted().map(JSONValue.string))]
    }
}
