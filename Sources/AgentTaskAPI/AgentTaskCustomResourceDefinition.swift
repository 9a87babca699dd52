// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// The CustomResourceDefinition of AgentTask. `manifests/crd/` holds the same document as YAML; CI compares them.
public enum AgentTaskCustomResourceDefinition {
    /// The name of the CustomResourceDefinition.
    public static let name = "agenttasks.\(AgentTask.group)"

    /// The document, with only such fields as Kubernetes 1.25 knows.
    public static var document: JSONValue {
        [
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": ["name": .string(name)],
            "spec": [
                "group": .string(AgentTask.group),
                "names": [
                    "kind": "AgentTask", "listKind": "AgentTaskList", "plural": "agenttasks", "singular": "agenttask",
                    "shortNames": ["atask"], "categories": ["agenttask"],
                ],
                "scope": "Namespaced",
                "versions": [
                    [
                        "name": .string(AgentTask.version), "served": true, "storage": true,
                        "subresources": ["status": [:]],
                        "additionalPrinterColumns": .array(columns),
                        "schema": ["openAPIV3Schema": AgentTaskSchema.document],
                    ]
                ],
            ],
        ]
    }

    private static var columns: [JSONValue] {
        [
            column("Phase", "string", ".status.phase"),
            column("Reason", "string", ".status.reason"),
            column("Exit", "integer", ".status.exitCode"),
            column("Profile", "string", ".spec.runtimeProfile"),
            column("Age", "date", ".metadata.creationTimestamp"),
            column("Pod", "string", ".status.podRef.name", wide: true),
            column("Tenant", "string", ".spec.tenant", wide: true),
            column("Done", "date", ".status.completionTime", wide: true),
        ]
    }

    private static func column(_ name: String, _ type: String, _ path: String, wide: Bool = false) -> JSONValue {
        var value: JSONValue = ["name": .string(name), "type": .string(type), "jsonPath": .string(path)]
        if wide { value["priority"] = 1 }
        return value
    }
}
