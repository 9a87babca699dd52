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
/// Only the members that the type names are read; the bytes of all others are skipped and never become values. So a type that names few
/// members of a kind is a projection of it, and a cache of such objects needs little memory:
///
/// ```swift
/// struct PodPlace: CodableResource {
///     struct Spec: Codable { var nodeName: String? }
///     static let groupVersionKind = Pod.groupVersionKind
///     static let plural = Pod.plural
///     static let scope = Pod.scope
///     var metadata = ObjectMeta()
///     var spec: Spec
/// }
/// ```
///
/// What a type does not name is not written either: change objects of other people's kinds by patches and not by updates. Reading members
/// by `Codable` is several times slower than by a generated type; Kubernetes' own types within are read as fast as ever.
public protocol CodableResource: Resource, Codable {}

extension CodableResource {
    /// Reads an object.
    ///
    /// - Throws: `JSONError`: `wrongKind` for another `apiVersion` or `kind`, else what is wrong with the member that its path names.
    public init(from reader: inout JSONReader) throws(JSONError) {
        let begin = reader.offset
        guard try reader.peek() == .object else { throw reader.error(.typeMismatch, "expected an object") }
        let bytes = try reader.readRaw()
        do {
            let object = try BytesObject(bytes)
            try Self.check(object, "apiVersion", Self.groupVersionKind.apiVersion)
            try Self.check(object, "kind", Self.groupVersionKind.kind)
            self = try Self(from: BytesDecoder(bytes, at: []))
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
    private static func check(_ object: BytesObject, _ member: String, _ expected: String) throws(JSONError) {
        guard let bytes = object[member] else { return }
        let value = try JSON.decode(JSONValue.self, from: bytes)
        guard !value.isNull, value != "", value != .string(expected) else { return }
        let found = value.string.map { String($0.prefix(128)) } ?? "no text"
        throw JSONError(code: .wrongKind, message: "expected \(member) \(expected), found \(found)", path: member, offset: 0)
    }
}
