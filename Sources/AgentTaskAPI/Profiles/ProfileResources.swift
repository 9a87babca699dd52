// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesCore
public import KubernetesJSON
public import KubernetesMeta

/// The default and the maximum of a task's resources.
public struct ProfileResources: Sendable, Hashable {
    /// What a task gets where it asks for nothing.
    public var `default`: ResourceRequirements?
    /// The most that a task may ask for, by resource. CPU, memory and ephemeral storage have no maximum when absent; other resources that are not
    /// named here are refused.
    public var max: [String: Quantity]?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        default: ResourceRequirements? = nil,
        max: [String: Quantity]? = nil
    ) {
        self.default = `default`
        self.max = max
    }
}

extension ProfileResources: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "default": self.default = try reader.readIfPresent()
            case "max": self.max = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("default", `default`)
        writer.memberIfPresent("max", max)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
