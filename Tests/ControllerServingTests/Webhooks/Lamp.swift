// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerServing
import KubernetesJSON
import KubernetesMeta

/// A custom resource of a test: version v1, which is the hub. It knows one field of its spec; others are kept in `extra`.
struct Lamp: Resource, Hashable {
    static let groupVersionKind = GroupVersionKind(group: "lights.example", version: "v1", kind: "Lamp")
    static let plural = "lamps"
    static let scope = ResourceScope.namespaced

    var metadata = ObjectMeta()
    var watts: Int64?
    var unknownFields = UnknownFields()

    init(name: String, watts: Int64? = nil) {
        metadata.name = name
        self.watts = watts
    }

    init(from reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "apiVersion": try reader.expectString(Self.groupVersionKind.apiVersion, "apiVersion")
            case "kind": try reader.expectString(Self.groupVersionKind.kind, "kind")
            case "metadata": try reader.read(into: &metadata)
            case "watts": watts = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("apiVersion", Self.groupVersionKind.apiVersion)
        writer.member("kind", Self.groupVersionKind.kind)
        writer.member("metadata", metadata)
        writer.memberIfPresent("watts", watts)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}

/// The lamp's older version, which has milliwatts.
struct OldLamp: ConvertibleResource, Hashable {
    static let groupVersionKind = GroupVersionKind(group: "lights.example", version: "v1beta1", kind: "Lamp")
    static let plural = "lamps"
    static let scope = ResourceScope.namespaced

    var metadata = ObjectMeta()
    var milliwatts: Int64?
    var unknownFields = UnknownFields()

    struct TooDark: Error, CustomStringConvertible { var description: String { "less than a watt" } }

    init(hub: Lamp) {
        metadata = hub.metadata
        milliwatts = hub.watts.map { $0 * 1000 }
        unknownFields = hub.unknownFields
    }

    func hub() throws -> Lamp {
        var lamp = Lamp(name: "")
        lamp.metadata = metadata
        lamp.unknownFields = unknownFields
        if let milliwatts {
            guard milliwatts >= 1000 else { throw TooDark() }
            lamp.watts = milliwatts / 1000
        }
        return lamp
    }

    init(from reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "apiVersion": try reader.expectString(Self.groupVersionKind.apiVersion, "apiVersion")
            case "kind": try reader.expectString(Self.groupVersionKind.kind, "kind")
            case "metadata": try reader.read(into: &metadata)
            case "milliwatts": milliwatts = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("apiVersion", Self.groupVersionKind.apiVersion)
        writer.member("kind", Self.groupVersionKind.kind)
        writer.member("metadata", metadata)
        writer.memberIfPresent("milliwatts", milliwatts)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
