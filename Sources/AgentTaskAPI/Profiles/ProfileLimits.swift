// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// How many tasks of a profile are active at once; others wait. The operator's own limits hold as well.
public struct ProfileLimits: Sendable, Hashable {
    /// Active tasks of one namespace; no limit when absent or 0.
    public var maxActivePerNamespace: Int32?
    /// Active tasks of one tenant of a namespace; no limit when absent or 0.
    public var maxActivePerTenant: Int32?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        maxActivePerNamespace: Int32? = nil,
        maxActivePerTenant: Int32? = nil
    ) {
        self.maxActivePerNamespace = maxActivePerNamespace
        self.maxActivePerTenant = maxActivePerTenant
    }
}

extension ProfileLimits: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "maxActivePerNamespace": self.maxActivePerNamespace = try reader.readIfPresent()
            case "maxActivePerTenant": self.maxActivePerTenant = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("maxActivePerNamespace", maxActivePerNamespace)
        writer.memberIfPresent("maxActivePerTenant", maxActivePerTenant)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
