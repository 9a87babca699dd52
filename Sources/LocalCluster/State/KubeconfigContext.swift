// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubernetesClient
import KubernetesJSON

/// The cluster's entries in a kubeconfig: a cluster, a user and a context of one name.
struct KubeconfigContext: Sendable, Hashable {
    /// The name of all three.
    static let name = "agenttask-local"

    var server: String
    /// The authority's certificate as PEM.
    var authority: String
    var token: String

    /// Puts the entries in and makes the context the current one. Everything else stays as it is.
    func merge(into config: inout Kubeconfig) {
        config.upsert(
            Self.name,
            in: .clusters,
            [
                "certificate-authority-data": .string(Data(authority.utf8).base64EncodedString()),
                "server": .string(server),
            ]
        )
        config.upsert(Self.name, in: .users, ["token": .string(token)])
        // A namespace that someone has set for the context stays.
        var context = config.entry(Self.name, in: .contexts) ?? [:]
        context["cluster"] = .string(Self.name)
        context["user"] = .string(Self.name)
        config.upsert(Self.name, in: .contexts, context)
        config.currentContext = Self.name
    }

    /// Takes the entries out. When the context was the current one, none is afterwards.
    ///
    /// - Returns: Whether there was anything to take out.
    static func remove(from config: inout Kubeconfig) -> Bool {
        var changed = false
        for section in Kubeconfig.Section.allCases where config.remove(name, from: section) { changed = true }
        if config.currentContext == name {
            config.currentContext = nil
            changed = true
        }
        return changed
    }
}
