// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// The metadata of an object of the kind `Base`, and nothing else of it.
///
/// A client that reads, lists, watches or caches this type asks the API server to leave the rest out (`PartialObjectMetadata` of
/// `meta.k8s.io/v1`). From a server that sends whole objects all the same, only the metadata is kept. Objects of this type can be patched and
/// deleted; to create or replace one is refused, for all that was left out would be lost.
public struct PartialObjectMetadata<Base: Resource>: Resource, Hashable {
    public static var groupVersionKind: GroupVersionKind { Base.groupVersionKind }
    public static var plural: String { Base.plural }
    public static var scope: ResourceScope { Base.scope }

    /// Name, namespace, labels and what else every object has.
    public var metadata: ObjectMeta

    /// An object with this metadata.
    public init(metadata: ObjectMeta = ObjectMeta()) { self.metadata = metadata }

    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "kind": try reader.expectString("PartialObjectMetadata", or: Base.groupVersionKind.kind, "kind")
            case "metadata": try reader.read(into: &metadata)
            default: try reader.skip()
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("apiVersion", "meta.k8s.io/v1")
        writer.member("kind", "PartialObjectMetadata")
        writer.member("metadata", metadata)
        writer.endObject()
    }
}

/// What ``PartialObjectMetadata`` is for all kinds.
package protocol MetadataOnly: Resource {}

extension PartialObjectMetadata: MetadataOnly {}
