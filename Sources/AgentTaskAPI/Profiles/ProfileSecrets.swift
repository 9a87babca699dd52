// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// The Secrets of a profile.
public struct ProfileSecrets: Sendable, Hashable {
    /// Names of Secrets, of each task's own namespace, that a task may take variables from.
    public var names: [String]?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        names: [String]? = nil
    ) {
        self.names = names
    }
}

extension ProfileSecrets: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "names": self.names = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("names", names)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
