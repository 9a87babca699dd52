// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesCore
public import KubernetesJSON

/// On which nodes the tasks of a profile run.
public struct ProfileScheduling: Sendable, Hashable {
    /// The labels that a node must have.
    public var nodeSelector: [String: String]?
    /// The taints that do not keep tasks away.
    public var tolerations: [Toleration]?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        nodeSelector: [String: String]? = nil,
        tolerations: [Toleration]? = nil
    ) {
        self.nodeSelector = nodeSelector
        self.tolerations = tolerations
    }
}

extension ProfileScheduling: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "nodeSelector": self.nodeSelector = try reader.readIfPresent()
            case "tolerations": self.tolerations = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("nodeSelector", nodeSelector)
        writer.memberIfPresent("tolerations", tolerations)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
