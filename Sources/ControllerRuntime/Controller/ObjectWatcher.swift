// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

/// What a builder needs of a controller, whatever its reconciler.
protocol ObjectWatcher: Sendable {
    func watch<O: Resource>(
        _ informer: Informer<O>,
        _ predicate: ChangePredicate<O>,
        _ map: @escaping @Sendable (ObjectChange<O>) -> [ObjectKey]
    )

    func watch<S: AsyncSequence & SendableMetatype>(
        stream name: String,
        _ makeStream: @escaping @Sendable () async throws -> S,
        _ map: @escaping @Sendable (S.Element) -> [ObjectKey]
    ) where S.AsyncIterator: SendableMetatype
}

extension Controller: ObjectWatcher where R.Key == ObjectKey {
    func watch<O: Resource>(
        _ informer: Informer<O>,
        _ predicate: ChangePredicate<O>,
        _ map: @escaping @Sendable (ObjectChange<O>) -> [ObjectKey]
    ) { watches(informer, where: predicate, map: map) }

    func watch<S: AsyncSequence & SendableMetatype>(
        stream name: String,
        _ makeStream: @escaping @Sendable () async throws -> S,
        _ map: @escaping @Sendable (S.Element) -> [ObjectKey]
    ) where S.AsyncIterator: SendableMetatype { watches(stream: name, makeStream, map: map) }
}
