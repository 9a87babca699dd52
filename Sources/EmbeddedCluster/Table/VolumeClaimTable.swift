// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// PersistentVolumeClaims.
struct VolumeClaimTable: KindTable {
    var columns: [TableColumn] {
        [
            .objectName, .text("Status", "Whether it has a volume."), .text("Volume", "The volume."),
            .text("Capacity", "The volume's size."),
            .text("Access Modes", "How it may be mounted."), .text("StorageClass", "From which class."),
            .text("VolumeAttributesClass", "With which attributes."), .age, .wide("VolumeMode", "As a file system or a device."),
        ]
    }

    private static let short = [
        "ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP",
    ]

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        let spec = object["spec"] ?? .object([:])
        let status = object["status"] ?? .object([:])
        let isTerminating = object.at("metadata", "deletionTimestamp") != nil
        let isBound = !spec.text("volumeName").isEmpty
        let modes =
            isBound
            ? status.elements("accessModes").compactMap { $0.string.flatMap { Self.short[$0] } }.joined(separator: ",") : ""
        return [
            TableText.name(object), .string(isTerminating ? "Terminating" : status.text("phase")),
            .string(spec.text("volumeName")),
            .string(isBound ? status.at("capacity", "storage")?.string ?? "" : ""), .string(modes),
            .string(spec.text("storageClassName")),
            .string(spec["volumeAttributesClassName"]?.string ?? "<unset>"), TableText.age(object, now: now),
            .string(spec["volumeMode"]?.string ?? "<unset>"),
        ]
    }
}
