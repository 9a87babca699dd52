// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesMeta

/// The ConfigMaps and Secrets that a pod refers to, read just before it starts. A missing one is nil.
struct PodSources: Sendable {
    /// Names that a pod refers to.
    struct References: Sendable, Hashable {
        var configMaps: Set<String> = []
        var secrets: Set<String> = []
    }

    var configMaps: [String: ConfigMap] = [:]
    var secrets: [String: Secret] = [:]

    /// What has to be read for this pod.
    static func references(of pod: Pod) -> References {
        var found = References()
        for volume in pod.spec?.volumes ?? [] {
            if let name = volume.configMap?.name { found.configMaps.insert(name) }
            if let name = volume.secret?.secretName { found.secrets.insert(name) }
            for source in volume.projected?.sources ?? [] {
                if let name = source.configMap?.name { found.configMaps.insert(name) }
                if let name = source.secret?.name { found.secrets.insert(name) }
            }
        }
        for container in pod.spec?.containers ?? [] {
            for source in container.envFrom ?? [] {
                if let name = source.configMapRef?.name { found.configMaps.insert(name) }
                if let name = source.secretRef?.name { found.secrets.insert(name) }
            }
            for variable in container.env ?? [] {
                if let name = variable.valueFrom?.configMapKeyRef?.name { found.configMaps.insert(name) }
                if let name = variable.valueFrom?.secretKeyRef?.name { found.secrets.insert(name) }
            }
        }
        return found
    }

    /// All keys of a ConfigMap with their bytes.
    func contents(configMap name: String) -> [String: [UInt8]]? {
        guard let map = configMaps[name] else { return nil }
        var contents = (map.data ?? [:]).mapValues { Array($0.utf8) }
        for (key, value) in map.binaryData ?? [:] { contents[key] = value.bytes }
        return contents
    }

    /// All keys of a Secret with their bytes.
    func contents(secret name: String) -> [String: [UInt8]]? { secrets[name].map { ($0.data ?? [:]).mapValues(\.bytes) } }
}
