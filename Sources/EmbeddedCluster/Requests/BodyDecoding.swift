// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Reads the body of a create or replace, up to the point where the kind's own strategy takes over.
struct BodyDecoding: Sendable {
    let definition: ResourceDefinition

    private static let supported = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"]

    /// The body as JSON with the right apiVersion and kind.
    func value(_ request: APIRequest) throws(StatusError) -> JSONValue {
        try checkContentType(request)
        let bytes = request.body
        guard bytes.count <= RequestHandler.maximumBodyBytes else { throw .tooLarge(limit: RequestHandler.maximumBodyBytes) }
        if bytes.starts(with: ProtobufReader.prefix) { return try checkKind(Self.protobuf(bytes), bytes) }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            let message = GoJSONSyntax.message(for: bytes)
            throw unrecognized(
                "couldn't get version/kind; json parse error: " + (message.isEmpty ? error.message : message),
                bytes
            )
        }
        switch value {
        case .object: return try checkKind(value, bytes)
        case .null: return try checkKind(.object([:]), bytes)
        default:
            let target = #"struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }"#
            throw unrecognized(
                "couldn't get version/kind; json parse error: json: cannot unmarshal \(Self.goType(value)) into Go value of type \(target)",
                bytes
            )
        }
    }

    /// kubectl creates some kinds in protobuf, whatever the server offers.
    static func protobuf(_ bytes: [UInt8]) throws(StatusError) -> JSONValue {
        let object: JSONValue?
        do throws(ProtobufReader.Malformed) {
            object = try ProtobufReader.object(bytes)
        } catch {
            throw .badRequest("the body is not a protobuf message of Kubernetes")
        }
        guard let object else {
            var error = StatusError.unsupportedMediaType(supported: ["application/json"])
            error.message += " (this kind is not read in protobuf: write it to a file and use kubectl create -f)"
            throw error
        }
        return object
    }

    private func checkContentType(_ request: APIRequest) throws(StatusError) {
        guard let header = request.contentType, let type = MediaType(header[...]) else { return }
        switch type.essence {
        // YAML that is JSON is read; real YAML fails as JSON.
        case "application/json", "application/yaml": return
        case "application/vnd.kubernetes.protobuf":
            if request.body.starts(with: ProtobufReader.prefix) { return }
            throw unrecognized(
                "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
                request.body
            )
        default: throw .unsupportedMediaType(supported: Self.supported)
        }
    }

    private func checkKind(_ value: JSONValue, _ bytes: [UInt8]) throws(StatusError) -> JSONValue {
        var value = value
        let kind = try text(value, "kind")
        if kind.isEmpty, definition.isCustom {
            throw unrecognized("Object 'Kind' is missing in '\(String(decoding: bytes, as: UTF8.self))'", bytes)
        }
        let apiVersion = try text(value, "apiVersion")
        if (kind.isEmpty || kind == definition.kind) && (apiVersion.isEmpty || apiVersion == definition.apiVersion) {
            value["kind"] = .string(definition.kind)
            value["apiVersion"] = .string(definition.apiVersion)
            return value
        }
        let name = value["metadata"]?["name"]?.string ?? ""
        throw KindMismatch(definition: definition, apiVersion: apiVersion, kind: kind, name: name).error
    }

    private func text(_ value: JSONValue, _ field: String) throws(StatusError) -> String {
        guard let member = value[field], member != .null else { return "" }
        guard let text = member.string else {
            throw unrecognized(
                "couldn't get version/kind; json parse error: json: cannot unmarshal \(Self.goType(member)) into Go struct field "
                    + ".\(field) of type string",
                value.serialized()
            )
        }
        return text
    }

    private func unrecognized(_ text: String, _ bytes: [UInt8]) -> StatusError {
        .badRequest("the object provided is unrecognized (must be of type \(definition.kind)): \(text) (\(Self.summary(bytes)))")
    }

    /// The beginning of a body as error messages show it.
    private static func summary(_ bytes: [UInt8]) -> String {
        guard let first = bytes.first else { return "<empty>" }
        let start = bytes.prefix(30)
        let text: String
        if first == UInt8(ascii: "{") {
            text = String(decoding: start, as: UTF8.self)
        } else {
            text = start.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        return text + (bytes.count > 30 ? " ..." : "")
    }

    /// What Go calls a JSON type in error messages.
    static func goType(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "bool"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

/// The answer to a body of another kind than the path.
struct KindMismatch: Sendable {
    let definition: ResourceDefinition
    let apiVersion: String
    let kind: String
    /// The name of the object.
    let name: String

    /// Versions that a real server still knows and no longer serves.
    private static let formerVersions: Set<String> = ["apiextensions.k8s.io/v1beta1"]

    var error: StatusError {
        let hasOtherVersion = !apiVersion.isEmpty && apiVersion != definition.apiVersion
        if hasOtherVersion, definition.isCustom || Self.formerVersions.contains(apiVersion) {
            return .badRequest(
                "the API version in the data (\(apiVersion)) does not match the expected API version (\(definition.apiVersion))"
            )
        }
        if definition.isCustom {
            let error = FieldError.invalid("kind", .string(kind), "must be \(definition.kind)")
            return .invalid(QualifiedName(group: definition.group, name: kind), name: name, [error])
        }
        let shownKind = kind.isEmpty ? definition.kind : kind
        let (_, version) = Self.split(apiVersion.isEmpty ? definition.apiVersion : apiVersion)
        let given = apiVersion.isEmpty ? definition.apiVersion : apiVersion
        let reason: String
        if given == definition.apiVersion, BuiltinKinds.isKnown(apiVersion: given, kind: shownKind) {
            reason =
                "converting (\(Self.goPackage(given)).\(shownKind)) to (\(Self.internalPackage(definition)).\(definition.kind)): unknown conversion"
        } else {
            reason =
                "no kind \(GoText.quoted(shownKind)) is registered for version \(GoText.quoted(given)) in scheme "
                + "\"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\""
        }
        return .badRequest(
            "\(shownKind) in version \(GoText.quoted(version)) cannot be handled as a \(definition.kind): \(reason)"
        )
    }

    private static func split(_ apiVersion: String) -> (group: String, version: String) {
        let parts = apiVersion.split(separator: "/", maxSplits: 1).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : ("", parts.first ?? "")
    }

    private static func goPackage(_ apiVersion: String) -> String { split(apiVersion).version }

    private static func internalPackage(_ definition: ResourceDefinition) -> String {
        definition.group.isEmpty ? "core" : String(definition.group.split(separator: ".").first ?? "")
    }
}

/// Kinds that a real server knows, for telling an unknown kind from a wrong one: in its core group those that are not served here as well.
enum BuiltinKinds {
    private static let core: Set<String> = [
        "Binding", "ConfigMap", "Endpoints", "Event", "LimitRange", "Namespace", "Node", "PersistentVolume",
        "PersistentVolumeClaim", "Pod",
        "PodTemplate", "ReplicationController", "ResourceQuota", "Secret", "Service", "ServiceAccount", "Status", "DeleteOptions",
    ]

    static func isKnown(apiVersion: String, kind: String) -> Bool {
        if apiVersion == "v1", core.contains(kind) { return true }
        let parts = apiVersion.split(separator: "/").map(String.init)
        guard parts.count == 2 else { return false }
        return BuiltinTypes.shared.definitionName(group: parts[0], version: parts[1], kind: kind) != nil
    }
}
