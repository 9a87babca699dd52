// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The columns that `kubectl get` shows for a kind, and their cells.
protocol KindTable: Sendable {
    var columns: [TableColumn] { get }
    /// One cell per column.
    func cells(for object: JSONValue, now: Time) -> [JSONValue]
}
