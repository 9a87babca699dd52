// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Secrets.
struct SecretRules: KindRules {
    func setDefaults(_ object: inout JSONValue) {
        object.setDefault("type", "Opaque")
        guard let plain = object["stringData"]?.object else { return }
        object["stringData"] = nil
        object.change("data") { data in
            for (key, value) in plain { data[key] = .string(Base64.encode((value.string ?? "").utf8)) }
        }
    }

    func validate(_ object: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        var size = 0
        for (key, value) in object.sortedMembers("data") {
            errors += FieldChecks.configKeyErrors(key).map { .invalid("data[\(key)]", .string(key), $0) }
            size += decodedCount(value.string ?? "")
        }
        if size > ConfigMapRules.maximumBytes { errors.append(.tooLong("data", maximumBytes: ConfigMapRules.maximumBytes)) }
        return errors + typeErrors(object)
    }

    private func decodedCount(_ text: String) -> Int {
        let padding = text.hasSuffix("==") ? 2 : text.hasSuffix("=") ? 1 : 0
        return text.utf8.count / 4 * 3 - padding
    }

    private func typeErrors(_ object: JSONValue) -> [FieldError] {
        let data = object["data"]
        let missing = { (keys: [String]) in keys.filter { data?[$0] == nil }.map { FieldError.required("data[\($0)]") } }
        switch object.text("type") {
        case "kubernetes.io/service-account-token":
            let name = "kubernetes.io/service-account.name"
            let isNamed = !(object.at("metadata", "annotations", name)?.string ?? "").isEmpty
            return isNamed ? [] : [.required("metadata.annotations[\(name)]")]
        case "kubernetes.io/dockercfg": return missing([".dockercfg"]) + jsonErrors(data, ".dockercfg")
        case "kubernetes.io/dockerconfigjson": return missing([".dockerconfigjson"]) + jsonErrors(data, ".dockerconfigjson")
        case "kubernetes.io/basic-auth":
            let keys = ["username", "password"]
            return keys.contains { data?[$0] != nil } ? [] : missing(keys)
        case "kubernetes.io/ssh-auth":
            return (data?.text("ssh-privatekey") ?? "").isEmpty ? [.required("data[ssh-privatekey]")] : []
        case "kubernetes.io/tls": return missing(["tls.crt", "tls.key"])
        default: return []
        }
    }

    private func jsonErrors(_ data: JSONValue?, _ key: String) -> [FieldError] {
        guard let bytes = data?[key]?.string.flatMap(Base64.decode) else { return [] }
        let message = GoJSONSyntax.message(for: bytes)
        return message.isEmpty ? [] : [.invalid("data[\(key)]", "<secret contents redacted>", message)]
    }

    func validateUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError] {
        FieldChecks.immutable(object["type"], old["type"], "type") + ImmutableData.errors(object, old: old, fields: ["data"])
            + validate(object)
    }

    func selectableFields(of object: JSONValue) -> [String: String] { ["type": object.text("type")] }

    var table: any KindTable { SecretTable() }
}
