// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// Network access of a task.
public struct TaskNetwork: Sendable, Hashable {
    /// A network set of the runtime profile.
    public var profile: String?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(profile: String? = nil) {
        self.profile = profile
    }
}

extension TaskNetwork: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "profile": profile = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("profile", profile)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
