// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesAPIExtensions

extension RuntimeProfile: CustomResource {
    public static var customResource: CustomResourceDescription {
        CustomResourceDescription(
            CustomResourceVersion(
                RuntimeProfile.self,
                schema: RuntimeProfileSchema.schema,
                hasStatus: false,
                columns: [
                    .string("Image", ".spec.image"),
                    .string("RuntimeClass", ".spec.runtimeClassName"),
                    .string("Network", ".spec.network.default"),
                    .age,
                    .integer("Timeout", ".spec.timeoutSeconds.max", wide: true),
                ]
            ),
            shortNames: ["rtp"],
            // Not in the category `agenttask`: kubectl would take `get agenttask NAME` for two kinds.
            categories: []
        )
    }
}
