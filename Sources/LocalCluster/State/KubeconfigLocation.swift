// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Which kubeconfig file gets the cluster's context.
enum KubeconfigLocation {
    /// The file given, else the first of `$KUBECONFIG`, else `~/.kube/config`.
    ///
    /// Always absolute, because `down` may be called from another directory.
    static func path(explicit: String?, environment: [String: String]) throws(LocalClusterError) -> String {
        if let explicit, !explicit.isEmpty { return absolute(explicit) }
        let listed = environment["KUBECONFIG"]?.split(separator: ":").first.map(String.init)
        if let listed { return absolute(listed) }
        guard let home = environment["HOME"], !home.isEmpty else {
            throw LocalClusterError(.kubeconfig, "neither KUBECONFIG nor HOME is set; name a kubeconfig file with --kubeconfig")
        }
        return home + "/.kube/config"
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let directory = getcwd(nil, 0) else { return path }
        defer { free(directory) }
        return String(cString: directory) + "/" + path
    }

    /// The file behind a symbolic link, so that the link stays; the path itself when there is none.
    static func resolved(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
