// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// The program of a task: exactly one of ``source`` and ``configMapRef``.
public struct TaskCode: Sendable, Hashable {
    /// The program's text, at most 1,000,000 bytes together with ``files``.
    public var source: String?
    /// The program in a ConfigMap of the task's namespace.
    public var configMapRef: ConfigMapKeyReference?
    /// More read-only files beside the entrypoint, by name; at most 32 of at most 262,144 bytes.
    public var files: [String: String]?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(source: String? = nil, configMapRef: ConfigMapKeyReference? = nil, files: [String: String]? = nil) {
        self.source = source
        self.configMapRef = configMapRef
        self.files = files
    }
}

extension TaskCode: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "source": source = try reader.readIfPresent()
            case "configMapRef": configMapRef = try reader.readIfPresent()
            case "files": files = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("source", source)
        writer.memberIfPresent("configMapRef", configMapRef)
        writer.memberIfPresent("files", files)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}

/// A key of a ConfigMap in the task's namespace.
public struct ConfigMapKeyReference: Sendable, Hashable {
    /// The ConfigMap.
    public var name: String
    /// The key; when nil, the entrypoint's name.
    public var key: String?
    /// Accepted for compatibility; code that does not exist is a failure either way.
    public var optional: Bool?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(name: String, key: String? = nil, optional: Bool? = nil) {
        self.name = name
        self.key = key
        self.optional = optional
    }
}

extension ConfigMapKeyReference: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init(name: "")
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": try reader.read(into: &name)
            case "key": self.key = try reader.readIfPresent()
            case "optional": optional = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.memberIfPresent("key", key)
        writer.memberIfPresent("optional", optional)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
