// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// PodTemplates.
struct PodTemplateTable: KindTable {
    var columns: [TableColumn] {
        [
            .objectName, .text("Containers", "The names of the containers."), .text("Images", "Their images."),
            .text("Pod Labels", "The labels of its pods."),
        ]
    }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        let containers = TableText.containers(object.at("template", "spec"))
        return [
            TableText.name(object), containers.names, containers.images,
            .string(TableText.labels(object.at("template", "metadata", "labels"))),
        ]
    }
}
