// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON
public import KubernetesMeta

extension WatchEvent: JSONReadable where Object: Resource {
    /// Reads `{"type": ..., "object": ...}`, in either order.
    public init(from reader: inout JSONReader) throws(JSONError) {
        var type: String?
        var event: WatchEvent?
        var waiting: UnsafeRawBufferPointer?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "type": type = try reader.read()
            case "object":
                // The object's type depends on the event's, which servers send first.
                if let type { event = try WatchEvent(type: type, object: &reader) } else { waiting = try reader.readRaw() }
            default: try reader.skip()
            }
        }
        if event == nil, let type, let waiting {
            var inner = JSONReader(waiting)
            event = try WatchEvent(type: type, object: &inner)
        }
        guard let event else {
            throw JSONError(
                code: .invalidValue,
                message: "a watch event needs \"type\" and \"object\"",
                path: "",
                offset: reader.offset
            )
        }
        self = event
    }

    private init(type: String, object reader: inout JSONReader) throws(JSONError) {
        switch type {
        case "ADDED": self = .added(try reader.read())
        case "MODIFIED": self = .modified(try reader.read())
        case "DELETED": self = .deleted(try reader.read())
        case "BOOKMARK":
            let bookmark: Bookmark = try reader.read()
            self = .bookmark(resourceVersion: bookmark.resourceVersion, initialEventsEnd: bookmark.initialEventsEnd)
        case "ERROR": self = .error(try reader.read())
        default:
            throw JSONError(
                code: .invalidValue,
                message: "unknown type \"\(type.prefix(32))\" of a watch event",
                path: "type",
                offset: reader.offset
            )
        }
    }
}

/// The object of a BOOKMARK event, of which only the metadata means something.
private struct Bookmark: JSONReadable {
    var resourceVersion = ""
    var initialEventsEnd = false

    init(from reader: inout JSONReader) throws(JSONError) {
        var metadata = ObjectMeta()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "metadata": try reader.read(into: &metadata)
            default: try reader.skip()
            }
        }
        resourceVersion = metadata.resourceVersion ?? ""
        initialEventsEnd = metadata.annotations?["k8s.io/initial-events-end"] == "true"
    }
}
