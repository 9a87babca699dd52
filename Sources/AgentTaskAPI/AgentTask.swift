// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON
public import KubernetesMeta

/// A piece of code that is run once, isolated and within a time limit, and its result.
public struct AgentTask: Resource, Hashable {
    /// The API group.
    public static let group = "execution.agenttask.io"
    /// The API version.
    public static let version = "v1alpha1"
    public static let groupVersionKind = GroupVersionKind(group: group, version: version, kind: "AgentTask")
    public static let plural = "agenttasks"
    public static let scope = ResourceScope.namespaced

    public var metadata: ObjectMeta
    /// What to run and within which limits.
    public var spec: AgentTaskSpec
    /// What the operator saw; nil before it saw the task.
    public var status: AgentTaskStatus?

    /// A task as a user submits it.
    public init(metadata: ObjectMeta, spec: AgentTaskSpec, status: AgentTaskStatus? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

extension AgentTask: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init(metadata: ObjectMeta(), spec: AgentTaskSpec(runtimeProfile: "", code: TaskCode()))
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "apiVersion": try reader.expectString(Self.groupVersionKind.apiVersion, "apiVersion")
            case "kind": try reader.expectString(Self.groupVersionKind.kind, "kind")
            case "metadata": try reader.read(into: &metadata)
            case "spec": try reader.read(into: &spec)
            case "status": status = try reader.readIfPresent()
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
        writer.memberIfPresent("status", status)
        writer.endObject()
    }
}
