// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What every cluster and every namespace has from the start. Pure.
package struct SystemObjects: Sendable {
    /// The PEM certificate in every namespace's `kube-root-ca.crt`.
    let rootCertificate: String

    static let namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"]

    static func namespace(_ name: String) -> JSONValue {
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
    }

    /// The objects of a namespace that come back when they are deleted.
    func objects(namespace: String) -> [(key: StorageKey, object: JSONValue)] {
        let account: JSONValue = [
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "default", "namespace": .string(namespace)],
        ]
        let certificate: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": "kube-root-ca.crt", "namespace": .string(namespace),
                "annotations": [
                    "kubernetes.io/description":
                        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters."
                ],
            ],
            "data": ["ca.crt": .string(rootCertificate)],
        ]
        return [
            (StorageKey(group: "", resource: "serviceaccounts", namespace: namespace, name: "default"), account),
            (StorageKey(group: "", resource: "configmaps", namespace: namespace, name: "kube-root-ca.crt"), certificate),
        ]
    }
}
