// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// One event of a watch.
public enum WatchEvent<Object: Sendable>: Sendable {
    /// The object came to be, or came to match the selectors, or is part of the initial state.
    case added(Object)
    /// The object changed.
    case modified(Object)
    /// The object is gone, or no longer matches the selectors; this was its last state.
    case deleted(Object)
    /// Everything up to this revision has been delivered. `initialEventsEnd` says that the initial state is complete.
    case bookmark(resourceVersion: String, initialEventsEnd: Bool)
    /// The server ends the watch; 410 means that the revision is too old: list again.
    case error(Status)
}

extension WatchEvent: Equatable where Object: Equatable {}
