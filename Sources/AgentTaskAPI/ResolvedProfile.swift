// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// A runtime profile as it was when a task was accepted.
public struct ResolvedProfile: Sendable, Hashable {
    /// The profile.
    public var name: String?
    /// Where it was found: `builtin`, `ConfigMap` or `RuntimeProfile`.
    public var source: String?
    /// The generation of the RuntimeProfile object.
    public var generation: Int64?
    /// The image.
    public var image: String?
    /// The RuntimeClass.
    public var runtimeClassName: String?
    /// What the RuntimeProfile object gave and allowed in that generation, from which every attempt of the task is made.
    @Indirect public var spec: RuntimeProfileSpec?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        name: String? = nil,
        source: String? = nil,
        generation: Int64? = nil,
        image: String? = nil,
        runtimeClassName: String? = nil,
        spec: RuntimeProfileSpec? = nil
    ) {
        self.name = name
        self.source = source
        self.generation = generation
        self.image = image
        self.runtimeClassName = runtimeClassName
        self.spec = spec
    }
}

extension ResolvedProfile: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": name = try reader.readIfPresent()
            case "source": source = try reader.readIfPresent()
            case "generation": generation = try reader.readIfPresent()
            case "image": image = try reader.readIfPresent()
            case "runtimeClassName": runtimeClassName = try reader.readIfPresent()
            case "spec": _spec.wrappedValue = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("name", name)
        writer.memberIfPresent("source", source)
        writer.memberIfPresent("generation", generation)
        writer.memberIfPresent("image", image)
        writer.memberIfPresent("runtimeClassName", runtimeClassName)
        writer.memberIfPresent("spec", spec)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
