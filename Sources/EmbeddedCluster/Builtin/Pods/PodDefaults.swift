// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What the server fills into pod specs and pod templates (`k8s.io/kubernetes/pkg/apis/core/v1/defaults.go`).
enum PodDefaults {
    static func apply(to spec: inout JSONValue) {
        spec.setDefault("restartPolicy", "Always")
        if (spec.integer("terminationGracePeriodSeconds") ?? 30) < 0 { spec["terminationGracePeriodSeconds"] = 1 }
        spec.setDefault("terminationGracePeriodSeconds", 30)
        spec.setDefault("dnsPolicy", "ClusterFirst")
        spec.setDefault("securityContext", .object([:]))
        spec.setDefault("schedulerName", "default-scheduler")
        // The deprecated name of the service account always mirrors the present one.
        if spec.text("serviceAccountName").isEmpty { spec["serviceAccountName"] = spec["serviceAccount"] }
        spec["serviceAccount"] = spec["serviceAccountName"]
        let usesHostNetwork = spec.bool("hostNetwork")
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            spec.forEachElement(list) { container in
                ContainerDefaults.apply(to: &container)
                if usesHostNetwork, list != "ephemeralContainers" {
                    container.forEachElement("ports") { port in
                        if let number = port["containerPort"] { port.setDefault("hostPort", number) }
                    }
                }
            }
        }
        spec.forEachElement("volumes", VolumeDefaults.apply)
    }

    /// What only pods get, not templates.
    static func applyToPod(_ spec: inout JSONValue) {
        apply(to: &spec)
        spec.setDefault("enableServiceLinks", true)
        for list in ["initContainers", "containers"] { spec.forEachElement(list, requestLimits) }
    }

    /// What is limited and not requested is requested as it is limited.
    private static func requestLimits(_ container: inout JSONValue) {
        guard let limits = container.at("resources", "limits")?.object, !limits.isEmpty else { return }
        container.change("resources") { resources in
            resources.change("requests") { requests in
                for (name, limit) in limits { requests.setDefault(name, limit) }
            }
        }
    }
}
