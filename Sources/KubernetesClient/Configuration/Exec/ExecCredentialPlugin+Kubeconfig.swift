// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

extension ExecCredentialPlugin {
    /// The name of the extension of a cluster that is for plugins.
    private static let extensionName = "client.authentication.k8s.io/exec"

    /// The plugin of a kubeconfig's user; nil when it has none.
    ///
    /// - Parameter cluster: May hold what the plugin needs to know.
    init?(user: KubeconfigSection, cluster: KubeconfigSection) throws(ClientError) {
        guard let exec = try user.section("exec") else { return nil }
        let command = try exec.required("command")
        self.init(
            // kubectl's rule: a name is looked for in PATH, a path begins at the kubeconfig's folder.
            command: command.contains("/") ? exec.resolve(command) : command,
            arguments: try exec.texts("args"),
            environment: try Self.environment(exec),
            apiVersion: try Self.version(exec),
            providesClusterInfo: try exec.flag("provideClusterInfo"),
            installHint: try exec.text("installHint")
        )
        interactiveMode = try Self.mode(exec, apiVersion)
        if providesClusterInfo {
            for entry in try cluster.sections("extensions") where try entry.text("name") == Self.extensionName {
                clusterConfiguration = entry.contents["extension"]
            }
        }
    }

    private static func version(_ exec: KubeconfigSection) throws(ClientError) -> APIVersion {
        let text = try exec.required("apiVersion")
        guard let version = APIVersion(rawValue: text) else {
            throw exec.error(
                "apiVersion",
                "is none that is known here; update the plugin, and write \(APIVersion.v1.rawValue) or \(APIVersion.v1beta1.rawValue)"
            )
        }
        return version
    }

    private static func mode(_ exec: KubeconfigSection, _ version: APIVersion) throws(ClientError) -> InteractiveMode {
        guard let text = try exec.text("interactiveMode") else {
            if version == .v1beta1 { return .ifAvailable }
            throw exec.error("interactiveMode", "is missing; write Never, IfAvailable or Always")
        }
        guard let mode = InteractiveMode(rawValue: text) else {
            throw exec.error("interactiveMode", "is none of Never, IfAvailable and Always")
        }
        return mode
    }

    private static func environment(_ exec: KubeconfigSection) throws(ClientError) -> [String: String] {
        var variables: [String: String] = [:]
        for variable in try exec.sections("env") {
            let name = try variable.required("name")
            guard !name.contains("="), !name.contains("\0"), name.first?.isNumber == false else {
                throw variable.error("name", "cannot be the name of a variable")
            }
            let value = try variable.text("value") ?? ""
            guard !value.contains("\0") else { throw variable.error("value", "holds a zero byte, which no variable can") }
            variables[name] = value
        }
        return variables
    }
}
