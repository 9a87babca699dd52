// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
public import KubernetesMeta

/// The versions of one custom resource and how each becomes another: by way of the hub.
public struct Conversion: Sendable {
    /// The kind, without its version.
    let group: String
    let kind: String
    private var versions: [String: @Sendable (JSONValue, String) throws -> JSONValue] = [:]

    /// The conversions between a hub and other versions.
    ///
    /// - Parameters:
    ///   - hub: The version through which all go.
    ///   - spokes: The other versions.
    /// - Throws: ``ServingError`` with the code `configuration` when one is another kind, or comes twice.
    public init<Hub: Resource>(hub: Hub.Type, spokes: [any ConvertibleResource<Hub>.Type]) throws {
        group = Hub.groupVersionKind.group
        kind = Hub.groupVersionKind.kind
        let hubVersion = Hub.groupVersionKind.apiVersion
        var writers: [String: @Sendable (Hub) throws -> JSONValue] = [hubVersion: { JSONValue(encoding: $0) }]
        var readers: [String: @Sendable (JSONValue) throws -> Hub] = [hubVersion: { try $0.decoded(as: Hub.self) }]
        for type in spokes {
            let version = type.groupVersionKind
            guard version.group == group, version.kind == kind, readers[version.apiVersion] == nil else {
                throw ServingError(
                    .configuration,
                    "\(version.apiVersion) \(version.kind) cannot be converted to \(hubVersion) \(kind); give each other version of the same kind once"
                )
            }
            Self.add(type, to: &readers, &writers)
        }
        for (version, read) in readers {
            versions[version] = { [writers] object, desired in
                guard let write = writers[desired] else {
                    throw ServingError(.configuration, "the version \(desired) is not known; known are \(writers.keys.sorted())")
                }
                return try write(read(object))
            }
        }
    }

    private static func add<Hub: Resource, Spoke: ConvertibleResource<Hub>>(
        _ type: Spoke.Type,
        to readers: inout [String: @Sendable (JSONValue) throws -> Hub],
        _ writers: inout [String: @Sendable (Hub) throws -> JSONValue]
    ) {
        let version = type.groupVersionKind.apiVersion
        readers[version] = { try $0.decoded(as: Spoke.self).hub() }
        writers[version] = { JSONValue(encoding: try Spoke(hub: $0)) }
    }

    /// The object in the version `apiVersion`.
    func convert(_ object: JSONValue, to apiVersion: String) throws -> JSONValue {
        let version = object["apiVersion"]?.string ?? ""
        guard version != apiVersion else { return object }
        guard let convert = versions[version] else {
            throw ServingError(.configuration, "the version \(version) is not known; known are \(versions.keys.sorted())")
        }
        let converted = try convert(object, apiVersion)
        // The API server refuses such an answer too, without saying which field of which object it was.
        for field in ["name", "namespace", "uid"] where converted["metadata"]?[field] != object["metadata"]?[field] {
            throw ServingError(.configuration, "the conversion changes metadata.\(field), which it must not")
        }
        return converted
    }
}
