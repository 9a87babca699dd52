// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

/// One version of one object as the store holds it: its bytes, ready to be spliced into answers, and the few parts that selecting needs.
///
/// The bytes are `{"kind":…,"apiVersion":…,"metadata":{"resourceVersion":"…",…},…}`, always in this order, so that an answer that leaves
/// kind and version out (items of lists) or changes them (another served version) is made of slices.
package final class ObjectEntry: Sendable {
    package let key: StorageKey
    package let createRevision: UInt64
    package let modRevision: UInt64
    /// The object as it is served.
    package let bytes: [UInt8]
    package let parts: EncodedObject.Parts

    /// Where `"resourceVersion":"…",` lies in `bytes`.
    private let revisionMember: Range<Int>

    package init(key: StorageKey, encoded: EncodedObject, createRevision: UInt64, modRevision: UInt64) {
        self.key = key
        self.createRevision = createRevision
        self.modRevision = modRevision
        parts = encoded.parts
        let member = Self.revisionMember(modRevision)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.bytes.count + member.count)
        bytes.append(contentsOf: encoded.bytes[..<encoded.parts.metadataStart])
        bytes.append(contentsOf: member)
        bytes.append(contentsOf: encoded.bytes[encoded.parts.metadataStart...])
        self.bytes = bytes
        revisionMember = encoded.parts.metadataStart..<(encoded.parts.metadataStart + member.count)
    }

    /// What is written to the storage: the bytes without resourceVersion.
    package var storedBytes: [UInt8] { Array(bytes[..<revisionMember.lowerBound] + bytes[revisionMember.upperBound...]) }

    /// The bytes with another resourceVersion: a DELETED event carries the last state and the revision of the deletion.
    package func bytes(withRevision revision: UInt64) -> [UInt8] {
        Array(bytes[..<revisionMember.lowerBound]) + Self.revisionMember(revision) + bytes[revisionMember.upperBound...]
    }

    /// The members from `"metadata"` on, without the opening brace: what all served versions share.
    package var commonBytes: ArraySlice<UInt8> { bytes[parts.commonStart...] }

    /// The object with its resourceVersion.
    package func object() throws(StatusError) -> JSONValue {
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw .internalError("the stored object \(key) cannot be read: \(error)")
        }
    }

    private static func revisionMember(_ revision: UInt64) -> [UInt8] {
        Array("\"resourceVersion\":\"\(revision)\",".utf8)
    }
}
