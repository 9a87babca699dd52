// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Makes entries of what a storage holds.
struct StoredObjectLoader {
    /// The kind's own selectable fields.
    let fields: (StorageKey, JSONValue) -> [String: String]

    func entry(
        _ key: StorageKey,
        _ bytes: [UInt8],
        createRevision: UInt64,
        modRevision: UInt64
    ) throws(StorageError) -> ObjectEntry {
        let object: JSONValue
        do {
            object = try JSONValue(parsing: bytes)
        } catch {
            throw StorageError(
                code: .corrupt,
                message: "the stored object \(key) is not JSON (\(error)): restore the database from a copy or remove it",
                underlying: error
            )
        }
        return ObjectEntry(
            key: key,
            encoded: EncodedObject(object, fields: fields(key, object)),
            createRevision: createRevision,
            modRevision: modRevision
        )
    }

    /// A change of the past. The revision of the state before it is not stored; nothing that is made of history shows it.
    func change(_ change: StoredChange) throws(StorageError) -> StoreChange {
        var new: ObjectEntry?
        var previous: ObjectEntry?
        if let value = change.value {
            new = try entry(change.key, value, createRevision: change.createRevision, modRevision: change.revision)
        }
        if let value = change.previous {
            previous = try entry(change.key, value, createRevision: change.createRevision, modRevision: change.createRevision)
        }
        return StoreChange(revision: change.revision, entry: new, previous: previous, key: change.key)
    }
}
