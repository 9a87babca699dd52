// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON
public import KubernetesMeta

/// The sizes of the writable directories.
public struct ProfileStorage: Sendable, Hashable {
    /// Bytes of `/tmp`, default 64Mi.
    public var tmp: Quantity?
    /// Bytes of `/workspace/artifacts`, default 100Mi.
    public var artifacts: Quantity?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        tmp: Quantity? = nil,
        artifacts: Quantity? = nil
    ) {
        self.tmp = tmp
        self.artifacts = artifacts
    }
}

extension ProfileStorage: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "tmp": self.tmp = try reader.readIfPresent()
            case "artifacts": self.artifacts = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("tmp", tmp)
        writer.memberIfPresent("artifacts", artifacts)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
