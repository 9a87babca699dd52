// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// A pod, named with its UID because names are used again.
public struct PodReference: Sendable, Hashable {
    /// The pod.
    public var name: String?
    /// Its namespace.
    public var namespace: String?
    /// Its UID.
    public var uid: String?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(name: String? = nil, namespace: String? = nil, uid: String? = nil) {
        self.name = name
        self.namespace = namespace
        self.uid = uid
    }
}

extension PodReference: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": name = try reader.readIfPresent()
            case "namespace": namespace = try reader.readIfPresent()
            case "uid": uid = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("name", name)
        writer.memberIfPresent("namespace", namespace)
        writer.memberIfPresent("uid", uid)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
