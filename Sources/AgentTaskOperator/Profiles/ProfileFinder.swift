// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import KubernetesClient
import KubernetesCore
import KubernetesMeta

/// Looks profiles up for the reconciler and the webhook. What the API server does not tell is an error, never a default.
struct ProfileFinder: Sendable {
    /// Needs the right to read RuntimeProfiles, namespaces, and the ConfigMaps of profiles.
    let client: KubernetesClient
    let caches: TaskCaches

    /// Where the profile of this name is, as the caches have it.
    ///
    /// - Throws: `ClientError` while it is not known which RuntimeProfiles there are.
    func cached(_ name: String, namespace: String) async throws(ClientError) -> ProfileResolution {
        let configured = caches.configuredProfiles(namespace: namespace)
        return ProfileResolution(
            object: try await object(name),
            objectNames: caches.runtimeProfiles.list().compactMap(\.metadata.name),
            installation: configured.installation,
            namespace: configured.namespace
        )
    }

    /// The same as the API server has it now.
    func live(_ name: String, namespace: String) async throws(ClientError) -> ProfileResolution {
        ProfileResolution(
            object: try await present(RuntimeProfile.self, name),
            objectNames: caches.runtimeProfiles.list().compactMap(\.metadata.name),
            installation: try await present(ConfigMap.self, ProfileResolution.configMapName, caches.operatorNamespace),
            namespace: caches.hasProfiles(namespace: namespace)
                ? try await present(ConfigMap.self, ProfileResolution.configMapName, namespace) : nil
        )
    }

    /// Why a task of this namespace may not use the profile; nil when it may.
    func problem(ofNamespace namespace: String, using profile: TaskProfile) async throws(ClientError) -> ProfileProblem? {
        guard profile.spec.allowedNamespaces != nil else { return nil }
        let labels = try await client.get(Namespace.self, name: namespace).metadata.labels ?? [:]
        return profile.spec.problem(ofNamespace: namespace, labels: labels, profile: profile.name)
    }

    private func object(_ name: String) async throws(ClientError) -> RuntimeProfile? {
        let informer = caches.runtimeProfiles
        if informer.hasSynced { return informer.get(ObjectKey(name: name)) }
        // The API server has said that there is no such kind.
        if case .missingKind = informer.status { return nil }
        return try await present(RuntimeProfile.self, name)
    }

    /// Nil when there is none, and when the API server does not know the kind.
    private func present<R: Resource>(_ type: R.Type, _ name: String, _ namespace: String? = nil) async throws(ClientError) -> R?
    {
        do throws(ClientError) {
            return try await client.get(type, name: name, namespace: namespace)
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }
}
