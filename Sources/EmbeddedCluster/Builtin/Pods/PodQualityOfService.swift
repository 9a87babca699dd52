// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The quality-of-service class of a pod: `Guaranteed`, `Burstable` or `BestEffort` by the requests and limits of its containers.
enum PodQualityOfService {
    private static let resources = ["cpu", "memory"]

    static func of(_ spec: JSONValue) -> String {
        var requests: [String: Quantity] = [:]
        var limits: [String: Quantity] = [:]
        var isGuaranteed = true
        for container in spec.elements("containers") + spec.elements("initContainers") {
            add(container.at("resources", "requests"), to: &requests)
            if !add(container.at("resources", "limits"), to: &limits) { isGuaranteed = false }
        }
        if requests.isEmpty, limits.isEmpty { return "BestEffort" }
        return isGuaranteed && requests == limits ? "Guaranteed" : "Burstable"
    }

    /// - Returns: Whether both processor and memory were there.
    @discardableResult
    private static func add(_ amounts: JSONValue?, to sums: inout [String: Quantity]) -> Bool {
        var found = 0
        for name in resources {
            guard let amount = amounts?[name]?.string.flatMap({ Quantity($0) }), amount > Quantity(0) else { continue }
            sums[name] = sums[name].map { $0 + amount } ?? amount
            found += 1
        }
        return found == resources.count
    }
}
