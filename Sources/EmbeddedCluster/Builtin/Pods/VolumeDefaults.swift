// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What the server fills into volumes.
enum VolumeDefaults {
    static func apply(to volume: inout JSONValue) {
        // A volume without a source is an empty directory.
        if volume.object?.keys.allSatisfy({ $0 == "name" }) ?? false { volume["emptyDir"] = .object([:]) }
        for kind in ["secret", "configMap", "projected", "downwardAPI"] {
            volume.ifPresent(kind) { $0.setDefault("defaultMode", 420) }
        }
        volume.ifPresent("downwardAPI", applyToDownwardAPI)
        volume.ifPresent("projected") { projected in
            projected.forEachElement("sources") { source in
                source.ifPresent("downwardAPI", applyToDownwardAPI)
                source.ifPresent("serviceAccountToken") { $0.setDefault("expirationSeconds", 3600) }
            }
        }
        volume.ifPresent("hostPath") { $0.setDefault("type", "") }
        volume.ifPresent("iscsi") { $0.setDefault("iscsiInterface", "default") }
        volume.ifPresent("rbd") { rbd in
            rbd.setDefault("pool", "rbd")
            rbd.setDefault("user", "admin")
            rbd.setDefault("keyring", "/etc/ceph/keyring")
        }
        volume.ifPresent("azureDisk") { disk in
            disk.setDefault("cachingMode", "ReadWrite")
            disk.setDefault("fsType", "ext4")
            disk.setDefault("kind", "Shared")
            disk.setDefault("readOnly", false)
        }
        volume.ifPresent("ephemeral") { ephemeral in
            ephemeral.ifPresent("volumeClaimTemplate") { template in
                template.ifPresent("spec") { $0.setDefault("volumeMode", "Filesystem") }
            }
        }
    }

    private static func applyToDownwardAPI(_ source: inout JSONValue) {
        source.forEachElement("items") { item in item.ifPresent("fieldRef") { $0.setDefault("apiVersion", "v1") } }
    }
}
