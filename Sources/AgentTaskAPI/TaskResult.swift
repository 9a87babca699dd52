// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// What a program wrote to its result file.
public struct TaskResult: Sendable, Hashable {
    /// The result, when it is valid JSON.
    public var json: JSONValue?
    /// The result as text, when it is not JSON.
    public var raw: String?
    /// Whether the result was too large to arrive whole.
    public var truncated: Bool?
    /// Bytes received.
    public var sizeBytes: Int64?
    /// SHA-256 of the bytes received, in lower-case hex.
    public var sha256: String?
    /// Where a larger result is.
    public var configMapRef: ResultConfigMapReference?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        json: JSONValue? = nil,
        raw: String? = nil,
        truncated: Bool? = nil,
        sizeBytes: Int64? = nil,
        sha256: String? = nil,
        configMapRef: ResultConfigMapReference? = nil
    ) {
        self.json = json
        self.raw = raw
        self.truncated = truncated
        self.sizeBytes = sizeBytes
        self.sha256 = sha256
        self.configMapRef = configMapRef
    }
}

extension TaskResult: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "json": json = try reader.readIfPresent()
            case "raw": raw = try reader.readIfPresent()
            case "truncated": truncated = try reader.readIfPresent()
            case "sizeBytes": sizeBytes = try reader.readIfPresent()
            case "sha256": sha256 = try reader.readIfPresent()
            case "configMapRef": configMapRef = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("json", json)
        writer.memberIfPresent("raw", raw)
        writer.memberIfPresent("truncated", truncated)
        writer.memberIfPresent("sizeBytes", sizeBytes)
        writer.memberIfPresent("sha256", sha256)
        writer.memberIfPresent("configMapRef", configMapRef)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}

/// The ConfigMap that holds a result.
public struct ResultConfigMapReference: Sendable, Hashable {
    /// The ConfigMap.
    public var name: String?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(name: String? = nil) {
        self.name = name
    }
}

extension ResultConfigMapReference: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": name = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("name", name)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
