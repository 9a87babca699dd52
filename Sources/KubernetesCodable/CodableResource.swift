// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON
public import KubernetesMeta

/// A kind whose Swift type leaves reading and writing to `Codable`:
///
/// ```swift
/// struct Widget: CodableResource {
///     struct Spec: Codable { var size: Int }
///     static let groupVersionKind = GroupVersionKind(group: "example.com", version: "v1", kind: "Widget")
///     static let plural = "widgets"
///     static let scope = ResourceScope.namespaced
///     var metadata = ObjectMeta()
///     var spec: Spec
/// }
/// ```
///
/// `apiVersion` and `kind` need no property: they are checked when an object is read and put first when it is written.
///
/// Two things differ from the generated types. Members that the type does not name are dropped when an object is read, so change objects of
/// other people's kinds by patches and not by updates. And it is slow: about ten times the time of a generated type.
public protocol CodableResource: Resource, Codable {}

extension CodableResource {
    /// Reads an object.
    ///
    /// - Throws: `JSONError`: `wrongKind` for another `apiVersion` or `kind`, else what is wrong with the member that its path names.
    public init(from reader: inout JSONReader) throws(JSONError) {
        let begin = reader.offset
        guard try reader.peek() == .object else { throw reader.error(.typeMismatch, "expected an object") }
        let json = try JSONValue(from: &reader)
        do {
            try Self.check(json, "apiVersion", Self.groupVersionKind.apiVersion)
            try Self.check(json, "kind", Self.groupVersionKind.kind)
            self = try JSONValueDecoder().decode(Self.self, from: json)
        } catch {
            throw JSONError(error, reading: Self.self, at: reader.error(.invalidValue, "", at: begin))
        }
    }

    /// Writes the object. One whose `encode(to:)` throws, which those of the compiler do not, becomes a text with the reason: an API server
    /// answers it with status 400.
    public func write(to writer: inout JSONWriter) {
        let parts: JSONValue
        do {
            parts = try JSONValueEncoder().encode(self)
        } catch {
            return writer.value("\(Self.groupVersionKind.kind) '\(metadata.name ?? "")' cannot be encoded: \(error)")
        }
        writer.beginObject()
        writer.member("apiVersion", Self.groupVersionKind.apiVersion)
        writer.member("kind", Self.groupVersionKind.kind)
        for (key, value) in parts.object ?? [:] where key != "apiVersion" && key != "kind" {
            writer.key(key)
            value.write(to: &writer)
        }
        writer.endObject()
    }

    /// One that is absent or empty is right, as in the generated types.
    private static func check(_ json: JSONValue, _ member: String, _ expected: String) throws(JSONError) {
        guard let value = json[member], !value.isNull, value != "", value != .string(expected) else { return }
        let found = value.string.map { String($0.prefix(128)) } ?? "no text"
        throw JSONError(code: .wrongKind, message: "expected \(member) \(expected), found \(found)", path: member, offset: 0)
    }
}
