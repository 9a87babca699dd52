// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Whether an informer shows what a reconcile has written.
extension AnyInformer {
    func shows(_ write: RecordedWrite) -> Bool {
        guard let uid = write.deletedUID else { return hasCaughtUp(to: write.revision, in: write.namespace) }
        return hasSeenDeletion(of: write.key, uid: uid, after: write.revision)
    }

    /// Runs `action` once, as soon as the write is shown.
    func whenShown(_ write: RecordedWrite, run action: @escaping @Sendable () -> Void) {
        guard let uid = write.deletedUID else { return whenCaughtUp(to: write.revision, in: write.namespace, run: action) }
        whenDeletionSeen(of: write.key, uid: uid, after: write.revision, run: action)
    }
}

extension RecordedWrite {
    fileprivate var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }
}
