// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

/// Has a controller hear only of changes for which a filter holds.
struct FilteredWatcher: ObjectWatcher {
    let watcher: any ObjectWatcher
    let filter: @Sendable (_ old: ObjectMeta?, _ new: ObjectMeta?) -> Bool

    func watch<O: Resource>(
        _ informer: Informer<O>,
        _ predicate: ChangePredicate<O>,
        _ map: @escaping @Sendable (ObjectChange<O>) -> [ObjectKey]
    ) {
        let holds = filter
        watcher.watch(informer, ChangePredicate { holds($0.old?.metadata, $0.new?.metadata) } && predicate, map)
    }

    func watch<S: AsyncSequence & SendableMetatype>(
        stream name: String,
        _ makeStream: @escaping @Sendable () async throws -> S,
        _ map: @escaping @Sendable (S.Element) -> [ObjectKey]
    ) where S.AsyncIterator: SendableMetatype { watcher.watch(stream: name, makeStream, map) }
}
