// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// The name of a type of objects as URLs have it: `apps`, `v1`, `deployments`.
public struct GroupVersionResource: Hashable, Sendable, CustomStringConvertible {
    /// The API group; empty for the core group.
    public let group: String
    /// The version within the group.
    public let version: String
    /// The plural name, in lower case.
    public let resource: String

    /// A type by its three names.
    public init(group: String, version: String, resource: String) {
        self.group = group
        self.version = version
        self.resource = resource
    }

    /// The name of a type that is known to the compiler.
    public init(_ type: any Resource.Type) {
        self.init(group: type.groupVersionKind.group, version: type.groupVersionKind.version, resource: type.plural)
    }

    /// `v1` for the core group, else `group/version`.
    public var apiVersion: String { group.isEmpty ? version : group + "/" + version }

    public var description: String { apiVersion + "/" + resource }
}

extension GroupVersionResource: JSONReadable, JSONWritable {
    /// Reads the three members; one that is missing is empty. Other members are skipped.
    public init(from reader: inout JSONReader) throws(JSONError) {
        var group = ""
        var version = ""
        var resource = ""
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "group": try reader.read(into: &group)
            case "version": try reader.read(into: &version)
            case "resource": try reader.read(into: &resource)
            default: try reader.skip()
            }
        }
        self.init(group: group, version: version, resource: resource)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("group", group)
        writer.member("version", version)
        writer.member("resource", resource)
        writer.endObject()
    }
}
