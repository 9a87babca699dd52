// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Turns changes into the lines of one watch: which events a client with this selection sees, and in which form.
struct WatchEventWriter: Sendable {
    enum Kind: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
        case bookmark = "BOOKMARK"
        case error = "ERROR"
    }

    let selection: Selection
    let renderer: ObjectRenderer
    let form: AnswerForm
    let table: TableRenderer
    /// A Table watch names its columns in its first event only.
    private var hasSentColumns = false

    init(selection: Selection, definition: ResourceDefinition, form: AnswerForm, table: TableRenderer) {
        self.selection = selection
        self.form = form
        self.table = table
        renderer = ObjectRenderer(definition)
    }

    /// Appends the event that a change is for this client, if it is one.
    mutating func append(_ change: StoreChange, to bytes: inout [UInt8]) throws(StatusError) {
        let isNow = change.entry.map(selection.matches) ?? false
        let wasBefore = change.previous.map(selection.matches) ?? false
        switch (wasBefore, isNow, change.entry, change.previous) {
        case (false, true, let entry?, _): try append(.added, entry, revision: nil, to: &bytes)
        case (true, true, let entry?, _): try append(.modified, entry, revision: nil, to: &bytes)
        case (true, false, _, let previous?):
            // The last state that matched, at the revision that took it away.
            try append(.deleted, previous, revision: change.revision, to: &bytes)
        default: break
        }
    }

    /// Appends an ADDED event for an object of the initial state, if it is selected.
    mutating func appendInitial(_ entry: ObjectEntry, to bytes: inout [UInt8]) throws(StatusError) {
        if selection.matches(entry) { try append(.added, entry, revision: nil, to: &bytes) }
    }

    private mutating func append(
        _ kind: Kind,
        _ entry: ObjectEntry,
        revision: UInt64?,
        to bytes: inout [UInt8]
    ) throws(StatusError) {
        begin(kind, &bytes)
        switch form.shape {
        case .object: try renderer.append(entry, revision: revision, to: &bytes)
        case .partialMetadata, .partialMetadataList:
            bytes += PartialMetadata.object(try renderer.object(entry, revision: revision)).serialized()
        case .table:
            let object = try renderer.object(entry, revision: revision)
            let metadata: JSONValue = ["resourceVersion": object["metadata"]?["resourceVersion"] ?? ""]
            bytes += table.table([object], metadata: metadata, includesColumns: !hasSentColumns).serialized()
            hasSentColumns = true
        }
        end(&bytes)
    }

    /// Appends a bookmark: the client has seen everything up to `revision`.
    mutating func appendBookmark(revision: UInt64, endsInitialEvents: Bool, to bytes: inout [UInt8]) {
        var metadata: JSONValue = ["resourceVersion": .string(String(revision)), "creationTimestamp": .null]
        if endsInitialEvents { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        metadata["creationTimestamp"] = nil
        let definition = renderer.definition
        var object: JSONValue = [
            "kind": .string(definition.kind), "apiVersion": .string(definition.apiVersion), "metadata": metadata,
        ]
        for (member, value) in definition.isCustom ? [:] : BookmarkShape.members(of: definition) { object[member] = value }
        switch form.shape {
        case .object: break
        case .partialMetadata, .partialMetadataList: object = PartialMetadata.object(object)
        case .table:
            object = table.table(
                [object],
                metadata: ["resourceVersion": .string(String(revision))],
                includesColumns: !hasSentColumns
            )
            hasSentColumns = true
        }
        begin(.bookmark, &bytes)
        bytes += object.serialized()
        end(&bytes)
    }

    /// Appends an ERROR event.
    static func append(_ error: StatusError, to bytes: inout [UInt8]) {
        let event: JSONValue = ["type": .string(Kind.error.rawValue), "object": error.body]
        bytes += event.serialized()
        bytes.append(UInt8(ascii: "\n"))
    }

    private func begin(_ kind: Kind, _ bytes: inout [UInt8]) {
        bytes += Array(#"{"type":"\#(kind.rawValue)","object":"#.utf8)
    }

    private func end(_ bytes: inout [UInt8]) { bytes += [UInt8(ascii: "}"), UInt8(ascii: "\n")] }
}

/// A bookmark of a built-in kind is an empty object of that kind; Go writes struct fields even when they are empty.
enum BookmarkShape {
    static func members(of definition: ResourceDefinition) -> JSONObject {
        switch (definition.group, definition.kind) {
        case ("", "Pod"): ["spec": ["containers": .null], "status": .object([:])]
        case ("", "Namespace"), ("", "PersistentVolume"), ("", "PersistentVolumeClaim"), ("", "ResourceQuota"):
            ["spec": .object([:]), "status": .object([:])]
        case ("", "Node"):
            ["spec": .object([:]), "status": ["daemonEndpoints": ["kubeletEndpoint": ["Port": 0]], "nodeInfo": .object([:])]]
        case ("", "Service"): ["spec": .object([:]), "status": ["loadBalancer": .object([:])]]
        case ("coordination.k8s.io", _), ("networking.k8s.io", "NetworkPolicy"): ["spec": .object([:])]
        default: [:]
        }
    }
}
