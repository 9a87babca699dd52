// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Which programs a kubeconfig may have this process run, for who does not trust every kubeconfig that is given to it; kubectl has the same
/// choice as `credentialPluginPolicy`.
public enum ExecPluginPolicy: Sendable, Hashable {
    /// Any program.
    case all
    /// No program.
    case none
    /// The programs of a list, by their paths, or by names that are looked for in this process's PATH. A plugin is one of them when it leads
    /// to the same path, whatever it is called and whatever PATH the kubeconfig gives it.
    case only([String])
}
