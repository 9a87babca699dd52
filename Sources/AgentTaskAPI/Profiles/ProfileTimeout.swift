// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// The default and the maximum of `spec.timeoutSeconds`.
public struct ProfileTimeout: Sendable, Hashable {
    /// Seconds that a program may run when its task does not say, default 300 or the maximum, whichever is less.
    public var `default`: Int32?
    /// The most seconds that a task may ask for, default 86,400.
    public var max: Int32?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        default: Int32? = nil,
        max: Int32? = nil
    ) {
        self.default = `default`
        self.max = max
    }
}

extension ProfileTimeout: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "default": self.default = try reader.readIfPresent()
            case "max": self.max = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("default", `default`)
        writer.memberIfPresent("max", max)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
