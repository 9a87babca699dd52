// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The scale subresource of a custom resource: three of its members seen as an `autoscaling/v1` Scale.
struct CustomResourceScale: Sendable {
    private let specReplicas: [String]
    private let statusReplicas: [String]
    private let labelSelector: [String]?

    /// - Parameter document: `subresources.scale` of a version.
    init(_ document: JSONValue) {
        specReplicas = Self.steps(document.text("specReplicasPath"))
        statusReplicas = Self.steps(document.text("statusReplicasPath"))
        labelSelector = document["labelSelectorPath"]?.string.flatMap { $0.isEmpty ? nil : Self.steps($0) }
    }

    private static func steps(_ path: String) -> [String] {
        let text = path.hasPrefix(".") ? path.dropFirst() : path[...]
        return text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    private static func name(_ path: [String]) -> String { "." + path.joined(separator: ".") }

    /// The Scale of an object.
    ///
    /// - Parameter requiresReplicas: A read fails when the object has no replicas; a write may set them.
    func scale(of object: JSONValue, requiresReplicas: Bool = true) throws(StatusError) -> JSONValue {
        var metadata = JSONObject()
        for key in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            metadata[key] = object.at("metadata", key)
        }
        let replicas = Self.value(specReplicas, in: object)?.int
        if requiresReplicas, replicas == nil {
            throw .internalError("the spec replicas field \(GoText.quoted(Self.name(specReplicas))) does not exist")
        }
        var status: JSONObject = ["replicas": .int(Self.value(statusReplicas, in: object)?.int ?? 0)]
        if let labelSelector, let text = Self.value(labelSelector, in: object)?.string, !text.isEmpty {
            status["selector"] = .string(text)
        }
        return [
            "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": .object(metadata),
            "spec": replicas.map { $0 == 0 ? .object([:]) : ["replicas": .int($0)] } ?? .object([:]), "status": .object(status),
        ]
    }

    /// The object with the replicas of a Scale.
    func apply(_ scale: JSONValue, to object: JSONValue) -> JSONValue {
        var result = object
        Self.set(.int(scale.at("spec", "replicas")?.int ?? 0), at: specReplicas[...], in: &result)
        return result
    }

    /// What is wrong with the members that the scale subresource uses.
    func errors(in object: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        for path in [specReplicas, statusReplicas] {
            guard let value = Self.value(path, in: object) else { continue }
            let field = Self.name(path)
            guard let replicas = value.int else {
                errors.append(
                    .invalid(
                        field,
                        0,
                        "\(field) accessor error: \(GoValue.text(value)) is of the type \(value.goType), expected int64"
                    )
                )
                continue
            }
            if replicas < 0 {
                errors.append(.invalid(field, .int(replicas), "should be a non-negative integer"))
            } else if replicas > Int64(Int32.max) {
                errors.append(.invalid(field, .int(replicas), "should be less than or equal to \(Int32.max)"))
            }
        }
        return errors
    }

    private static func value(_ path: [String], in object: JSONValue) -> JSONValue? {
        path.reduce(object as JSONValue?) { $0?[$1] }.flatMap(\.nonNull)
    }

    private static func set(_ value: JSONValue, at path: ArraySlice<String>, in object: inout JSONValue) {
        guard let step = path.first else {
            object = value
            return
        }
        var child = object[step] ?? .object([:])
        set(value, at: path.dropFirst(), in: &child)
        object[step] = child
    }
}

extension JSONValue {
    /// The type as Go prints it for decoded JSON.
    fileprivate var goType: String {
        switch self {
        case .null: "<nil>"
        case .bool: "bool"
        case .number(let number): number.int64 == nil ? "float64" : "int64"
        case .string: "string"
        case .array: "[]interface {}"
        case .object: "map[string]interface {}"
        }
    }
}
