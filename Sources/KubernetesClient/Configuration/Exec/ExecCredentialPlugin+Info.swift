// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubernetesJSON

extension ExecCredentialPlugin {
    /// What KUBERNETES_EXEC_INFO holds.
    ///
    /// - Parameters:
    ///   - configuration: The cluster of which the program is told, if it wants to know.
    ///   - isInteractive: Whether it gets a terminal.
    func info(_ configuration: ClientConfiguration, isInteractive: Bool) -> String {
        var spec: JSONValue = ["interactive": .bool(isInteractive)]
        if providesClusterInfo { spec["cluster"] = cluster(configuration) }
        let info: JSONValue = ["kind": "ExecCredential", "apiVersion": .string(apiVersion.rawValue), "spec": spec]
        return String(decoding: info.serialized(), as: UTF8.self)
    }

    private func cluster(_ configuration: ClientConfiguration) -> JSONValue {
        var cluster: JSONValue = ["server": .string(configuration.server.description)]
        if let name = configuration.tls.serverName { cluster["tls-server-name"] = .string(name) }
        if configuration.tls.skipsVerification { cluster["insecure-skip-tls-verify"] = true }
        if let authority = configuration.tls.certificateAuthority {
            cluster["certificate-authority-data"] = .string(Data(authority).base64EncodedString())
        }
        if let proxy = configuration.proxy { cluster["proxy-url"] = .string(proxy) }
        cluster["config"] = clusterConfiguration ?? .null
        return cluster
    }
}
