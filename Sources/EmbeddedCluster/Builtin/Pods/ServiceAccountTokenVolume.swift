// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The projected volume with the token of a pod's service account, mounted into every container that has nothing at its place.
struct ServiceAccountTokenVolume {
    /// `kube-api-access-` and five random characters.
    let name: String

    private static let mountPath: JSONValue = "/var/run/secrets/kubernetes.io/serviceaccount"

    func add(to spec: inout JSONValue) {
        // A volume that was made for a pod of the same template is used again.
        let existing = spec.elements("volumes").first { $0.text("name").hasPrefix("kube-api-access-") && $0["projected"] != nil }?
            .text("name")
        let name = existing ?? name
        var isMounted = false
        for list in ["initContainers", "containers"] {
            spec.forEachElement(list) { container in
                var mounts = container.elements("volumeMounts")
                guard !mounts.contains(where: { $0["mountPath"] == Self.mountPath }) else { return }
                mounts.append(["name": .string(name), "readOnly": true, "mountPath": Self.mountPath])
                container["volumeMounts"] = .array(mounts)
                isMounted = true
            }
        }
        guard isMounted, existing == nil else { return }
        spec["volumes"] = .array(spec.elements("volumes") + [volume])
    }

    private var volume: JSONValue {
        [
            "name": .string(name),
            "projected": [
                "defaultMode": 420,
                "sources": [
                    ["serviceAccountToken": ["expirationSeconds": 3607, "path": "token"]],
                    ["configMap": ["name": "kube-root-ca.crt", "items": [["key": "ca.crt", "path": "ca.crt"]]]],
                    [
                        "downwardAPI": [
                            "items": [
                                ["path": "namespace", "fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.namespace"]]
                            ]
                        ]
                    ],
                    // The reference server projects this one as well. Upstream Kubernetes does not: it comes from OpenShift.
                    [
                        "configMap": [
                            "name": "openshift-service-ca.crt", "items": [["key": "service-ca.crt", "path": "service-ca.crt"]],
                        ]
                    ],
                ],
            ],
        ]
    }
}
