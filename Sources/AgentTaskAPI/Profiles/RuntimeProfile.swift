// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON
public import KubernetesMeta

/// An environment that tasks run in, and what they may do in it. Cluster-scoped: only cluster admins write one.
public struct RuntimeProfile: Resource, Hashable {
    public static let groupVersionKind = GroupVersionKind(
        group: AgentTask.group,
        version: AgentTask.version,
        kind: "RuntimeProfile"
    )
    public static let plural = "runtimeprofiles"
    public static let scope = ResourceScope.cluster

    public var metadata: ObjectMeta
    /// What it gives and allows.
    public var spec: RuntimeProfileSpec

    /// A profile named by its metadata.
    public init(metadata: ObjectMeta, spec: RuntimeProfileSpec) {
        self.metadata = metadata
        self.spec = spec
    }
}

extension RuntimeProfile: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init(metadata: ObjectMeta(), spec: RuntimeProfileSpec(image: ""))
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "apiVersion": try reader.expectString(Self.groupVersionKind.apiVersion, "apiVersion")
            case "kind": try reader.expectString(Self.groupVersionKind.kind, "kind")
            case "metadata": try reader.read(into: &metadata)
            case "spec": try reader.read(into: &spec)
            default: try reader.skip()
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("apiVersion", Self.groupVersionKind.apiVersion)
        writer.member("kind", Self.groupVersionKind.kind)
        writer.member("metadata", metadata)
        writer.member("spec", spec)
        writer.endObject()
    }
}
