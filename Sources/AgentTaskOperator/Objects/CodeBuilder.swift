// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesCore

/// Builds the ConfigMap that holds inline code.
enum CodeBuilder {
    /// The immutable ConfigMap of the entrypoint and the files beside it; nil when the task takes its code from a ConfigMap and has no
    /// further files.
    static func configMap(_ task: AgentTask, entrypoint: String) -> ConfigMap? {
        var data = task.spec.code.files ?? [:]
        if let source = task.spec.code.source, task.spec.code.configMapRef == nil { data[entrypoint] = source }
        guard !data.isEmpty else { return nil }
        return ConfigMap(metadata: TaskNames.metadata(task, name: TaskNames.code(task)), data: data, immutable: true)
    }
}
