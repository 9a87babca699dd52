// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesMeta

/// Fields of a pod that its program may see.
struct DownwardFields: Sendable {
    let pod: Pod
    /// What a missing limit falls back to, as on a kubelet.
    let allocatable: [String: Quantity]

    /// The field's text.
    ///
    /// - Throws: `PodProblem` for a path that does not exist.
    func value(_ path: String) throws(PodProblem) -> String {
        if let key = Self.key(path, of: "metadata.labels") { return pod.metadata.labels?[key] ?? "" }
        if let key = Self.key(path, of: "metadata.annotations") { return pod.metadata.annotations?[key] ?? "" }
        switch path {
        case "metadata.name": return pod.metadata.name ?? ""
        case "metadata.namespace": return pod.metadata.namespace ?? ""
        case "metadata.uid": return pod.metadata.uid ?? ""
        case "metadata.labels": return Self.lines(pod.metadata.labels)
        case "metadata.annotations": return Self.lines(pod.metadata.annotations)
        case "spec.nodeName": return pod.spec?.nodeName ?? ""
        case "spec.serviceAccountName": return pod.spec?.serviceAccountName ?? "default"
        case "status.hostIP", "status.hostIPs": return LocalNodeOptions.address
        case "status.podIP", "status.podIPs": return ""
        default: throw PodProblem(.configuration, "fieldPath '\(path)' is not supported")
        }
    }

    /// A limit or request of a container as a whole number of divisors, rounded up.
    func value(_ selector: ResourceFieldSelector, container: Container) throws(PodProblem) -> String {
        let parts = selector.resource.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, ["limits", "requests"].contains(parts[0]) else {
            throw PodProblem(.configuration, "resourceFieldRef '\(selector.resource)' is not supported")
        }
        let resources = container.resources
        let quantity: Quantity? =
            parts[0] == "limits"
            ? resources?.limits?[parts[1]] ?? allocatable[parts[1]]
            : resources?.requests?[parts[1]] ?? resources?.limits?[parts[1]]
        guard let quantity else { return "0" }
        let divisor = selector.divisor.flatMap { $0.isZero ? nil : $0 } ?? Quantity(1)
        if parts[1] == "cpu" { return "\(Self.ceiling(quantity.milliValue, divisor.milliValue))" }
        return "\(Self.ceiling(quantity.value, divisor.value))"
    }

    private static func ceiling(_ value: Int64, _ divisor: Int64) -> Int64 {
        divisor <= 0 ? value : value / divisor + (value % divisor > 0 ? 1 : 0)
    }

    private static func key(_ path: String, of map: String) -> String? {
        guard path.hasPrefix(map + "['"), path.hasSuffix("']") else { return nil }
        return String(path.dropFirst(map.count + 2).dropLast(2))
    }

    private static func lines(_ map: [String: String]?) -> String {
        (map ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))" }.joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\t": output += "\\t"
            case "\r": output += "\\r"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }
}
