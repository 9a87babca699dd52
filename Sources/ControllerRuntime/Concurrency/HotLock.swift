// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

#if TSAN_LOCKS
    import KubernetesClient

    /// A lock on a path that is walked for every key. The optimizer sees through `Mutex`, not through `Locked`, whose closures cost several
    /// times what they protect.
    typealias HotLock = Locked
#else
    import Synchronization

    /// A lock on a path that is walked for every key. The optimizer sees through `Mutex`, not through `Locked`, whose closures cost several
    /// times what they protect.
    typealias HotLock = Mutex
#endif
