// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesAPIExtensions
public import KubernetesJSON

/// The CustomResourceDefinition of AgentTask. `manifests/crd/` holds the same document as YAML; CI compares them.
public enum AgentTaskCustomResourceDefinition {
    /// The name of the CustomResourceDefinition.
    public static var name: String { AgentTask.customResource.name }

    /// The document, with only such fields as Kubernetes 1.25 knows.
    public static var document: JSONValue { JSONValue(encoding: AgentTask.customResource.definition) }
}

extension AgentTask: CustomResource {
    public static var customResource: CustomResourceDescription {
        CustomResourceDescription(
            CustomResourceVersion(
                AgentTask.self,
                schema: AgentTaskSchema.schema,
                columns: [
                    .string("Phase", ".status.phase"),
                    .string("Reason", ".status.reason"),
                    .integer("Exit", ".status.exitCode"),
                    .string("Profile", ".spec.runtimeProfile"),
                    .age,
                    .string("Pod", ".status.podRef.name", wide: true),
                    .string("Tenant", ".spec.tenant", wide: true),
                    .date("Done", ".status.completionTime", wide: true),
                ]
            ),
            shortNames: ["atask"],
            categories: ["agenttask"]
        )
    }
}
