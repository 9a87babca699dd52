// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The answer to a patch that makes something of an object that is none of its kind.
struct PatchRejection: Sendable {
    let patch: PatchRequest
    /// The object with the patch applied.
    let patched: JSONValue
    let definition: ResourceDefinition

    /// - Parameter failure: Why the patched object could not be read; the words about the request's body are dropped.
    func error(_ failure: StatusError) -> StatusError {
        let marker = "cannot be handled as a \(definition.kind): "
        let message = failure.message
        var index = message.startIndex
        while index < message.endIndex {
            if message[index...].hasPrefix(marker) { return error(String(message[index...].dropFirst(marker.count))) }
            index = message.index(after: index)
        }
        return error(message)
    }

    func error(_ reason: String) -> StatusError {
        var reason = reason
        var shown = text
        if let document = patch.shownDocument {
            shown = GoValue.text(document)
            reason = Self.conversionError(reason) ?? reason
        }
        return .invalid(QualifiedName(group: "", name: ""), name: "", [.invalid("patch", .string(shown), reason)])
    }

    /// After a strategic merge patch a real server converts values and does not decode JSON, so that a field of another type is worded
    /// otherwise. Nil for errors of another kind.
    private static func conversionError(_ reason: String) -> String? {
        let words = reason.split(separator: " ")
        guard reason.hasPrefix("json: cannot unmarshal "), words.count > 4, let type = words.last else { return nil }
        let kinds = ["array": "slice", "object": "map", "number": "int64"]
        let given = kinds[String(words[3])] ?? String(words[3])
        if type.hasPrefix("[]") { return "cannot restore slice from \(given)" }
        if type.hasPrefix("map[") { return "cannot restore map from \(given)" }
        return ["string", "bool", "int32", "int64"].contains(type) ? "unrecognized type: \(type)" : nil
    }

    /// The order in which Go writes `metadata` of built-in kinds.
    private static let metadataOrder = [
        "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers", "managedFields",
    ]

    /// The patched object as Go writes it.
    private var text: String {
        let sorted = patched.sortedByKey
        guard !definition.isCustom, case .object(let metadata)? = sorted["metadata"] else { return sorted.text }
        let known = Self.metadataOrder.filter { metadata[$0] != nil }
        let names = known + metadata.keys.filter { !known.contains($0) }
        var result = sorted
        result["metadata"] = .object(JSONObject(names.compactMap { name in metadata[name].map { (name, $0) } }))
        return result.text
    }
}
