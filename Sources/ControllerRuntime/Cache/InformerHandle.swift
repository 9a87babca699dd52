// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
public import KubernetesMeta

/// Holds an informer of a cache. The informer runs as long as anyone holds it: it stops when the last handle is released, or forgotten. So
/// keep the handle beside whatever uses its informer, a controller too.
public final class InformerHandle<R: Resource>: Sendable {
    /// The informer: its state, its objects, its changes.
    public let informer: Informer<R>
    private let onRelease: Locked<(@Sendable () -> Void)?>

    init(_ informer: Informer<R>, onRelease: @escaping @Sendable () -> Void) {
        self.informer = informer
        self.onRelease = Locked(onRelease)
    }

    /// Lets go. Calling it again changes nothing.
    public func release() {
        let action = onRelease.withLock { action in
            defer { action = nil }
            return action
        }
        action?()
    }

    deinit { release() }
}
