// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// What tasks of a profile may reach.
public struct ProfileNetwork: Sendable, Hashable {
    /// The set of a task that names none, default `isolated`, which is always there and reaches nothing.
    public var `default`: String?
    /// The sets that a task may choose from by `spec.network.profile`, besides `isolated`.
    public var sets: [NetworkSet]?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        default: String? = nil,
        sets: [NetworkSet]? = nil
    ) {
        self.default = `default`
        self.sets = sets
    }
}

extension ProfileNetwork: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "default": self.default = try reader.readIfPresent()
            case "sets": self.sets = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("default", `default`)
        writer.memberIfPresent("sets", sets)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
