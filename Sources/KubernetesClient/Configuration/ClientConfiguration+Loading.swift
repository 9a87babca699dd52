// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

extension ClientConfiguration {
    /// Finds and reads the configuration.
    ///
    /// It is looked for in this order, which is that of controller-runtime: `kubeconfig`; the files of KUBECONFIG; the service account of
    /// the pod that this runs in; `~/.kube/config`.
    ///
    /// - Parameters:
    ///   - kubeconfig: A file that must exist; nil to look for one.
    ///   - context: The context to use; nil for the file's current one. With a context, a pod's service account is no candidate.
    /// - Throws: ``ClientError`` with the code `configuration` and one line that names file, key and remedy.
    public static func load(kubeconfig: String? = nil, context: String? = nil) throws(ClientError) -> ClientConfiguration {
        try load(kubeconfig: kubeconfig, context: context, environment: { name in getenv(name).map { String(cString: $0) } })
    }

    /// As ``load(kubeconfig:context:)``, with an environment and a service account folder of the caller's choice.
    package static func load(
        kubeconfig: String?,
        context: String?,
        environment: (String) -> String?,
        serviceAccount: String = InClusterConfiguration.serviceAccountFolder
    ) throws(ClientError) -> ClientConfiguration {
        if let kubeconfig {
            return try KubeconfigResolver(files: KubeconfigFiles(reading: [kubeconfig])).configuration(context: context)
        }
        let listed = (environment("KUBECONFIG") ?? "").split(separator: ":").map(String.init)
        if !listed.isEmpty {
            return try KubeconfigResolver(files: KubeconfigFiles(reading: listed)).configuration(context: context)
        }
        if context == nil, let inCluster = try InClusterConfiguration.load(environment: environment, folder: serviceAccount) {
            return inCluster
        }
        guard let home = environment("HOME"), !home.isEmpty else {
            throw ClientError(.configuration, "no kubeconfig: neither KUBECONFIG nor HOME is set; give one with --kubeconfig")
        }
        let path = "\(home)/.kube/config"
        do throws(ClientError) {
            return try KubeconfigResolver(files: KubeconfigFiles(reading: [path])).configuration(context: context)
        } catch {
            guard (error.underlying as? SmallFile.ReadError)?.isMissing == true else { throw error }
            throw ClientError(
                .configuration,
                "no kubeconfig: \(path) does not exist and KUBECONFIG is not set; start a cluster or give one with --kubeconfig",
                underlying: error
            )
        }
    }
}
