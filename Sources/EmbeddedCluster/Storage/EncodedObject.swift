// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

/// An object in the store's own layout, before it has a revision; see ``ObjectEntry``.
package struct EncodedObject: Sendable {
    /// What the store knows of an object without reading its bytes.
    package struct Parts: Sendable {
        /// The offset of `"metadata"`.
        package var commonStart: Int
        /// The offset just behind `"metadata":{`, where the resourceVersion goes.
        package var metadataStart: Int
        package var uid: String
        package var labels: [String: String]
        /// The kind's own selectable fields.
        package var fields: [String: String]
        package var isTerminating: Bool
        package var owners: [OwnerReference]
        package var finalizers: [String]
    }

    package var bytes: [UInt8]
    package var parts: Parts

    /// Encodes `object` without its resourceVersion.
    ///
    /// - Parameter fields: The values of the kind's own selectable fields.
    package init(_ object: JSONValue, fields: [String: String]) {
        let metadata = object["metadata"]?.object ?? [:]
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("kind", object["kind"] ?? "")
        writer.member("apiVersion", object["apiVersion"] ?? "")
        // One comma lies between here and "metadata".
        let commonStart = writer.count + 1
        writer.key("metadata")
        writer.beginObject()
        let metadataStart = writer.count
        for (key, value) in metadata where key != "resourceVersion" {
            writer.key(key)
            value.write(to: &writer)
        }
        writer.endObject()
        for (key, value) in object.object ?? [:] where key != "metadata" && key != "kind" && key != "apiVersion" {
            writer.key(key)
            value.write(to: &writer)
        }
        writer.endObject()
        bytes = writer.finish()
        parts = Parts(
            commonStart: commonStart,
            metadataStart: metadataStart,
            uid: metadata["uid"]?.string ?? "",
            labels: Self.strings(metadata["labels"]),
            fields: fields,
            isTerminating: metadata["deletionTimestamp"] != nil,
            owners: (metadata["ownerReferences"]?.array ?? []).map(OwnerReference.init),
            finalizers: (metadata["finalizers"]?.array ?? []).compactMap(\.string)
        )
    }

    private static func strings(_ value: JSONValue?) -> [String: String] {
        guard let object = value?.object, !object.isEmpty else { return [:] }
        var strings: [String: String] = [:]
        for (key, value) in object { strings[key] = value.string ?? "" }
        return strings
    }
}

/// An entry of `metadata.ownerReferences`, as far as garbage collection looks at it.
package struct OwnerReference: Sendable, Hashable {
    package var apiVersion: String
    package var kind: String
    package var name: String
    package var uid: String
    package var blocksOwnerDeletion: Bool

    package init(_ value: JSONValue) {
        apiVersion = value["apiVersion"]?.string ?? ""
        kind = value["kind"]?.string ?? ""
        name = value["name"]?.string ?? ""
        uid = value["uid"]?.string ?? ""
        blocksOwnerDeletion = value["blockOwnerDeletion"]?.bool ?? false
    }
}
