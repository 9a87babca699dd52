// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesAPIExtensions

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
