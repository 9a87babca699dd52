// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// PersistentVolumeClaims. They are stored and served; no volumes are made for them, so that they stay Pending.
struct VolumeClaimRules: KindRules {
    func setDefaults(_ object: inout JSONValue) { object.change("spec") { $0.setDefault("volumeMode", "Filesystem") } }

    func prepareForCreate(_ object: inout JSONValue, context: RequestContext) { object["status"] = ["phase": "Pending"] }

    func validate(_ object: JSONValue) -> [FieldError] {
        let spec = object["spec"] ?? .object([:])
        var errors: [FieldError] = []
        if spec.elements("accessModes").isEmpty {
            errors.append(.required("spec.accessModes", "at least 1 access mode is required"))
        }
        let modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"]
        for mode in spec.elements("accessModes") where !modes.contains(mode.string ?? "") {
            errors.append(.notSupported("spec.accessModes", mode, modes))
        }
        if spec.at("resources", "requests", "storage") == nil { errors.append(.required("spec.resources[storage]")) }
        return errors
    }

    var table: any KindTable { VolumeClaimTable() }
}
