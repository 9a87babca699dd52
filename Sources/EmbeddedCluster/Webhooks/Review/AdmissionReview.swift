// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The question that a webhook is asked: an `admission.k8s.io/v1` AdmissionReview.
enum AdmissionReview {
    static let apiVersion = "admission.k8s.io/v1"

    /// - Parameter target: The resource and kind that the webhook's rules name; the objects are in its version already.
    static func question(_ attributes: AdmissionAttributes, target: WebhookMatching.Target, uid: String) -> JSONValue {
        var request: JSONObject = [
            "uid": .string(uid), "kind": document(target.kind), "resource": document(target.resource),
        ]
        if !attributes.subresource.isEmpty { request["subResource"] = .string(attributes.subresource) }
        request["requestKind"] = document(attributes.kind)
        request["requestResource"] = document(attributes.resource)
        if !attributes.subresource.isEmpty { request["requestSubResource"] = .string(attributes.subresource) }
        if !attributes.name.isEmpty { request["name"] = .string(attributes.name) }
        if !attributes.namespace.isEmpty { request["namespace"] = .string(attributes.namespace) }
        request["operation"] = .string(attributes.operation.rawValue)
        request["userInfo"] = attributes.user.json
        request["object"] = attributes.object ?? .null
        request["oldObject"] = attributes.oldObject ?? .null
        request["dryRun"] = .bool(attributes.isDryRun)
        var options: JSONObject = ["kind": .string(attributes.operation.optionsKind), "apiVersion": "meta.k8s.io/v1"]
        for (key, value) in attributes.options { options[key] = value }
        request["options"] = .object(options)
        return ["kind": "AdmissionReview", "apiVersion": .string(apiVersion), "request": .object(request)]
    }

    private static func document(_ kind: GroupVersionKind) -> JSONValue {
        ["group": .string(kind.group), "version": .string(kind.version), "kind": .string(kind.kind)]
    }

    private static func document(_ resource: ResourceRegistry.Key) -> JSONValue {
        [
            "group": .string(resource.group), "version": .string(resource.version), "resource": .string(resource.plural),
        ]
    }
}
