// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Endpoints.
struct EndpointsTable: KindTable {
    var columns: [TableColumn] { [.objectName, .text("Endpoints", "The addresses."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        let addresses = object.elements("subsets").flatMap { subset in
            subset.elements("addresses").flatMap { address in
                subset.elements("ports").isEmpty
                    ? [address.text("ip")] : subset.elements("ports").map { "\(address.text("ip")):\($0.integer("port") ?? 0)" }
            }
        }
        let more = addresses.count > 3 ? " + \(addresses.count - 3) more..." : ""
        return [
            TableText.name(object), TableText.orNone(addresses.prefix(3).joined(separator: ",") + more),
            TableText.age(object, now: now),
        ]
    }
}
