// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// A variable of the program's environment: exactly one of ``value`` and ``valueFrom``.
public struct TaskEnvironmentVariable: Sendable, Hashable {
    /// The variable.
    public var name: String
    /// Its value.
    public var value: String?
    /// Where its value comes from.
    public var valueFrom: TaskEnvironmentSource?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(name: String, value: String? = nil, valueFrom: TaskEnvironmentSource? = nil) {
        self.name = name
        self.value = value
        self.valueFrom = valueFrom
    }
}

extension TaskEnvironmentVariable: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init(name: "")
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": try reader.read(into: &name)
            case "value": value = try reader.readIfPresent()
            case "valueFrom": valueFrom = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.memberIfPresent("value", value)
        writer.memberIfPresent("valueFrom", valueFrom)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}

/// Where a variable's value comes from.
public struct TaskEnvironmentSource: Sendable, Hashable {
    /// A key of a Secret that the runtime profile allows.
    public var secretKeyRef: SecretKeyReference?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(secretKeyRef: SecretKeyReference? = nil) {
        self.secretKeyRef = secretKeyRef
    }
}

extension TaskEnvironmentSource: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "secretKeyRef": secretKeyRef = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("secretKeyRef", secretKeyRef)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}

/// A key of a Secret in the task's namespace.
public struct SecretKeyReference: Sendable, Hashable {
    /// The Secret.
    public var name: String
    /// The key.
    public var key: String
    /// Whether the Secret may be absent.
    public var optional: Bool?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(name: String, key: String, optional: Bool? = nil) {
        self.name = name
        self.key = key
        self.optional = optional
    }
}

extension SecretKeyReference: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init(name: "", key: "")
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": try reader.read(into: &name)
            case "key": try reader.read(into: &self.key)
            case "optional": optional = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("key", key)
        writer.memberIfPresent("optional", optional)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
