// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// A named allow-list. What it does not name cannot be reached, and cloud metadata addresses never can.
public struct NetworkSet: Sendable, Hashable {
    /// The name, which is not `isolated`.
    public var name: String
    /// What may be reached.
    public var egress: [NetworkDestination]?
    /// Whether names are resolved, by the name servers of the cluster.
    public var dns: Bool?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        name: String,
        egress: [NetworkDestination]? = nil,
        dns: Bool? = nil
    ) {
        self.name = name
        self.egress = egress
        self.dns = dns
    }
}

extension NetworkSet: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init(name: "")
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": try reader.read(into: &self.name)
            case "egress": self.egress = try reader.readIfPresent()
            case "dns": self.dns = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.memberIfPresent("egress", egress)
        writer.memberIfPresent("dns", dns)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
