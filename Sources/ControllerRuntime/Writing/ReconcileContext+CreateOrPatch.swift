// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesClient
import KubernetesJSON
public import KubernetesMeta

extension ReconcileContext {
    /// How often an object is read and changed anew, because others change it at the same time.
    private static let attempts = 5

    /// Has an object be as `change` makes it: creates it, or writes what differs, or nothing.
    ///
    /// `change` is given the stored object, or `object` when there is none, and sets what it cares for; members that it leaves alone stay as
    /// the server or others set them. It may be called several times, each time with a newer state: when others have changed the object in
    /// between, it is read live and changed anew, at most five times. What is written is a merge patch of the differences, which the server
    /// refuses if the object has changed since it was read. Lists are written as a whole. A status that is a subresource is written only
    /// when that is asked for.
    ///
    /// - Parameters:
    ///   - object: Name and namespace, and whatever a new object has that `change` does not set.
    ///   - cached: The object as a cache has it, which saves a read; nil to read it live. It may be old, but must be whole where `change`
    ///     looks: what a transform of the cache has dropped from a list would be taken from the stored one.
    ///   - includingStatus: Whether the status is written too, by a request of its own after the other, to the same object and version. The
    ///     kind must have the subresource `status`. A status of a new object is written after it was created, without what `change` leaves
    ///     out.
    /// - Returns: The object as it is stored, or, when nothing was to be written, as it was read or cached, and what was done. The controller is told of the write, as by ``wrote(_:)``.
    /// - Throws: What `change` throws; `ReconcileError.identityChanged` when it renames the object; `ClientError`.
    public func createOrPatch<R: Resource>(
        _ object: R,
        client: KubernetesClient,
        cached: R? = nil,
        options: WriteOptions = WriteOptions(),
        includingStatus: Bool = false,
        change: (inout R) throws -> Void
    ) async throws -> (object: R, outcome: WriteOutcome) {
        var present = cached
        var outcome = WriteOutcome.unchanged
        var attempt = 1
        while true {
            if present == nil { present = try await read(object, client) }
            var wanted = present ?? object
            try change(&wanted)
            try checkIdentity(of: wanted, is: present ?? object)
            var difference = try Self.difference(from: present, to: wanted)
            let status = includingStatus ? difference.removeValue(forKey: "status") : nil
            do throws(ClientError) {
                var stored: R
                if let found = present {
                    stored = found
                    if !difference.isEmpty {
                        stored = try await patch(stored, difference, subresource: nil, client, options)
                        if outcome != .created { outcome = .patched }
                    }
                } else {
                    stored = wrote(try await client.create(wanted, options: options))
                    outcome = .created
                }
                if let status {
                    stored = try await patch(stored, ["status": status], subresource: "status", client, options)
                    if outcome == .unchanged { outcome = .patchedStatus }
                }
                return (stored, outcome)
            } catch {
                let isRace = error.isConflict || error.isAlreadyExists || (error.isNotFound && present != nil)
                guard isRace, attempt < Self.attempts else { throw error }
            }
            attempt += 1
            present = nil
        }
    }

    private func read<R: Resource>(_ object: R, _ client: KubernetesClient) async throws(ClientError) -> R? {
        do {
            return try await client.get(R.self, name: object.metadata.name ?? "", namespace: object.metadata.namespace)
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    private func checkIdentity<R: Resource>(of object: R, is other: R) throws {
        guard ObjectKey(object) != ObjectKey(other) || object.metadata.uid != other.metadata.uid else { return }
        throw ReconcileError(
            code: .identityChanged,
            message:
                "\(R.groupVersionKind.kind) \(ObjectKey(other)): the change renames it to \(ObjectKey(object)) or gives it another uid; write an object of that name instead"
        )
    }

    /// Writes members of an object. The resourceVersion makes the server refuse it when the object has changed.
    private func patch<R: Resource>(
        _ object: R,
        _ members: JSONObject,
        subresource: String?,
        _ client: KubernetesClient,
        _ options: WriteOptions
    ) async throws(ClientError) -> R {
        var patch = members
        var metadata = JSONObject()
        if case .object(let changed)? = patch["metadata"] { metadata = changed }
        metadata["resourceVersion"] = .string(object.metadata.resourceVersion ?? "")
        patch["metadata"] = .object(metadata)
        return wrote(
            try await client.patch(
                R.self,
                name: object.metadata.name ?? "",
                namespace: object.metadata.namespace,
                .merge(.object(patch)),
                subresource: subresource,
                options: options
            )
        )
    }

    /// What a merge patch has to say, empty when nothing differs; of an object that is not there, all of the new one.
    private static func difference<R: Resource>(from old: R?, to new: R) throws(JSONError) -> JSONObject {
        let wanted = try document(new)
        let difference = if let old { MergeDifference.between(try document(old), wanted) } else { Optional(wanted) }
        guard case .object(let members)? = difference else { return JSONObject() }
        return members
    }

    private static func document(_ object: some Resource) throws(JSONError) -> JSONValue {
        try JSON.decode(JSONValue.self, from: JSON.encode(object))
    }
}
