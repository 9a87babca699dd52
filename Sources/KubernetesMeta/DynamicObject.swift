// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// An object of a kind that is known only when the program runs.
///
/// It is JSON with accessors for what every object has. Reading a part looks it up; nothing is kept twice.
public struct DynamicObject: Sendable, Hashable {
    /// The object.
    public var json: JSONValue

    /// The object that `json` holds.
    public init(_ json: JSONValue) { self.json = json }

    /// An object of a type.
    public init(_ type: GroupVersionKind, metadata: ObjectMeta = ObjectMeta()) {
        json = ["apiVersion": .string(type.apiVersion), "kind": .string(type.kind)]
        json["metadata"] = JSONValue(encoding: metadata)
    }

    /// Empty when the object does not say.
    public var apiVersion: String {
        get { json["apiVersion"]?.string ?? "" }
        set { json["apiVersion"] = .string(newValue) }
    }

    /// Empty when the object does not say.
    public var kind: String {
        get { json["kind"]?.string ?? "" }
        set { json["kind"] = .string(newValue) }
    }

    /// The type that the object says it has.
    public var groupVersionKind: GroupVersionKind { GroupVersionKind(apiVersion: apiVersion, kind: kind) }

    /// `metadata` in full. For one field, ``name`` and its neighbours cost less.
    ///
    /// - Throws: `JSONError` when it does not have the form that Kubernetes prescribes.
    public func metadata() throws(JSONError) -> ObjectMeta {
        try (json["metadata"] ?? [:]).decoded(as: ObjectMeta.self)
    }

    /// Replaces `metadata`.
    public mutating func setMetadata(_ metadata: ObjectMeta) { json["metadata"] = JSONValue(encoding: metadata) }

    /// `metadata.name`, empty when there is none.
    public var name: String {
        get { json["metadata"]?["name"]?.string ?? "" }
        set { self[metadata: "name"] = .string(newValue) }
    }

    /// `metadata.namespace`.
    public var namespace: String? {
        get { json["metadata"]?["namespace"]?.string }
        set { self[metadata: "namespace"] = newValue.map(JSONValue.string) }
    }

    /// `metadata.uid`.
    public var uid: String? {
        get { json["metadata"]?["uid"]?.string }
        set { self[metadata: "uid"] = newValue.map(JSONValue.string) }
    }

    /// `metadata.resourceVersion`.
    public var resourceVersion: String? {
        get { json["metadata"]?["resourceVersion"]?.string }
        set { self[metadata: "resourceVersion"] = newValue.map(JSONValue.string) }
    }

    /// `metadata.labels`; values that are no strings are left out.
    public var labels: [String: String] {
        guard let object = json["metadata"]?["labels"]?.object else { return [:] }
        return Dictionary(uniqueKeysWithValues: object.compactMap { key, value in value.string.map { (key, $0) } })
    }

    private subscript(metadata key: String) -> JSONValue? {
        get { json["metadata"]?[key] }
        set {
            var metadata = json["metadata"] ?? [:]
            metadata[key] = newValue
            json["metadata"] = metadata
        }
    }
}

extension DynamicObject: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        guard try reader.peek() == .object else { throw reader.error(.typeMismatch, "expected an object") }
        json = try JSONValue(from: &reader)
    }

    public func write(to writer: inout JSONWriter) { json.write(to: &writer) }
}
