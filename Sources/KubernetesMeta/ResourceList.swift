// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// The answer to a list request.
///
/// Items come without `apiVersion` and `kind`: ``Item`` says what they are.
public struct ResourceList<Item: Resource>: JSONReadable, Sendable {
    /// The revision of the list and, if it is a page, how to go on.
    public var metadata: ListMeta
    /// The objects.
    public var items: [Item]

    /// A list of these objects.
    public init(metadata: ListMeta = ListMeta(), items: [Item] = []) {
        self.metadata = metadata
        self.items = items
    }

    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        let type = Item.groupVersionKind
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "apiVersion": try reader.expectString(type.apiVersion, "apiVersion")
            case "kind": try reader.expectString(type.kind + "List", "kind")
            case "metadata": try reader.read(into: &metadata)
            case "items": try reader.read(into: &items)
            default: try reader.skip()
            }
        }
    }
}

extension ResourceList: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("apiVersion", Item.groupVersionKind.apiVersion)
        writer.member("kind", Item.groupVersionKind.kind + "List")
        writer.member("metadata", metadata)
        writer.member("items", items)
        writer.endObject()
    }
}
