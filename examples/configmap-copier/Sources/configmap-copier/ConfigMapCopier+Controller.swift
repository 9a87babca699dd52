// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesCore

extension ConfigMapCopier {
    /// A controller that hears of sources, of their copies, and of the labels of namespaces.
    static func controller(cache: Cache) throws -> Controller<ConfigMapCopier> {
        try cache.declare(
            ConfigMap.self,
            indexes: ["source": { [$0.metadata.annotations?[source]].compactMap(\.self) }]
        )
        let isSource: @Sendable (ConfigMap) -> Bool = { $0.metadata.annotations?[namespaces] != nil }
        return try ControllerBuilder(for: ConfigMap.self, cache: cache, where: .object(isSource))
            .named("configmap-copier")
            .watches(ConfigMap.self) { change in
                let copies = [change.old, change.new].compactMap { $0?.metadata.annotations?[source] }
                return Set(copies).compactMap(key)
            }
            .watches(Namespace.self, where: .labelsChanged) { _ in
                // Nothing is missed before the sources have been listed: each of them is reconciled then.
                guard let all = try? cache.list(ConfigMap.self) else { return [] }
                return all.filter(isSource).map(ObjectKey.init)
            }
            .build(ConfigMapCopier(cache: cache))
    }

    private static func key(_ text: String) -> ObjectKey? {
        let parts = text.split(separator: "/").map(String.init)
        return parts.count == 2 ? ObjectKey(namespace: parts[0], name: parts[1]) : nil
    }
}
