// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// The answer to a list request.
///
/// Items come without `apiVersion` and `kind`: ``Item`` says what they are. A list of ``PartialObjectMetadata`` may also come as one of whole
/// objects, from a server that has nothing else.
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
        let isMetadataOnly = Item.self is any MetadataOnly.Type
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "apiVersion" where isMetadataOnly: try reader.expectString("meta.k8s.io/v1", or: type.apiVersion, "apiVersion")
            case "kind" where isMetadataOnly:
                try reader.expectString("PartialObjectMetadataList", or: type.kind + "List", "kind")
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
