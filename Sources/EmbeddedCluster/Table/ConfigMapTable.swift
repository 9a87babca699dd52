// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// ConfigMaps.
struct ConfigMapTable: KindTable {
    var columns: [TableColumn] { [.objectName, .text("Data", "How many keys it has."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        let count = object.sortedMembers("data").count + object.sortedMembers("binaryData").count
        return [TableText.name(object), .int(count), TableText.age(object, now: now)]
    }
}
