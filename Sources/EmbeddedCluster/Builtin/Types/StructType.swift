// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// One Go struct of the Kubernetes API: its fields by their JSON names.
struct StructType: Sendable {
    /// The name of the definition, e.g. `io.k8s.api.core.v1.PodSpec`.
    let name: String
    let fields: [String: StructField]
    /// Names of the fields that are present in every encoded value, in alphabetical order.
    let alwaysPresent: [String]

    init(name: String, fields: [String: StructField]) {
        self.name = name
        self.fields = fields
        alwaysPresent = fields.values.filter { $0.presence.zero != nil }.map(\.name).sorted()
    }

    /// The last part of the name, which is that of the Go struct.
    var goName: String { String(name.split(separator: ".").last ?? "") }
}
