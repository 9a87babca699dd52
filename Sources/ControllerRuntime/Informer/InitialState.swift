// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How an informer asks for the whole state of the server.
public enum InitialState: Sendable, Hashable {
    /// By a list, page after page: the memory of server and client is bounded by the size of a page. The state is that of one moment.
    case pages
    /// By a watch that sends the state first (`sendInitialEvents`, Kubernetes 1.27 and newer) and then goes on with changes. It costs the
    /// server less. When the server refuses, or sends faster than this side takes in, the state is listed by pages.
    case stream
}
