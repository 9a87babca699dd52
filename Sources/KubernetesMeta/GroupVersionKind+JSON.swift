// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

// Admission requests hold a type as an object of three members; objects themselves have `apiVersion` and `kind`.
extension GroupVersionKind: JSONReadable, JSONWritable {
    /// Reads the three members; one that is missing is empty. Other members are skipped.
    public init(from reader: inout JSONReader) throws(JSONError) {
        var group = ""
        var version = ""
        var kind = ""
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "group": try reader.read(into: &group)
            case "version": try reader.read(into: &version)
            case "kind": try reader.read(into: &kind)
            default: try reader.skip()
            }
        }
        self.init(group: group, version: version, kind: kind)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("group", group)
        writer.member("version", version)
        writer.member("kind", kind)
        writer.endObject()
    }
}
