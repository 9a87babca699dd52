// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// A program that gets a user's credentials, as `exec` of a kubeconfig's user says. It is run when a request needs credentials and there are
/// none, or when those there are run out or are refused.
///
/// The protocol is that of `client.authentication.k8s.io`: the program learns what it is asked from KUBERNETES_EXEC_INFO, and prints an
/// ExecCredential.
public struct ExecCredentialPlugin: Sendable, Hashable {
    /// The versions of the protocol.
    public enum APIVersion: String, Sendable, Hashable, CaseIterable {
        /// Since Kubernetes 1.22.
        case v1 = "client.authentication.k8s.io/v1"
        /// Older, and still what many tools write.
        case v1beta1 = "client.authentication.k8s.io/v1beta1"
    }

    /// Whether the program may ask the person at the terminal.
    public enum InteractiveMode: String, Sendable, Hashable, CaseIterable {
        /// It gets no standard input.
        case never = "Never"
        /// It gets this process's standard input when that is a terminal.
        case ifAvailable = "IfAvailable"
        /// As `ifAvailable`, and without a terminal it is not run at all.
        case always = "Always"
    }

    /// A program looked for in PATH, or the path of one.
    public var command: String
    /// What comes after the program's name.
    public var arguments: [String]
    /// Variables that are set beside those of this process; they win.
    public var environment: [String: String]
    /// The version of the protocol to speak; an answer in another one is refused.
    public var apiVersion: APIVersion
    /// See ``InteractiveMode``.
    public var interactiveMode: InteractiveMode
    /// Whether the program is told of the cluster: address, authority, proxy and ``clusterConfiguration``.
    public var providesClusterInfo: Bool
    /// What the kubeconfig's cluster has for plugins, in its extension `client.authentication.k8s.io/exec`.
    public var clusterConfiguration: JSONValue?
    /// What to tell a person for whom the program is not installed.
    public var installHint: String?
    /// How long one run may take; after that the program is ended.
    public var timeLimit: Duration = .seconds(60)

    /// A plugin that is run with the defaults of a kubeconfig.
    public init(
        command: String,
        arguments: [String] = [],
        environment: [String: String] = [:],
        apiVersion: APIVersion = .v1,
        interactiveMode: InteractiveMode = .ifAvailable,
        providesClusterInfo: Bool = false,
        clusterConfiguration: JSONValue? = nil,
        installHint: String? = nil
    ) {
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.apiVersion = apiVersion
        self.interactiveMode = interactiveMode
        self.providesClusterInfo = providesClusterInfo
        self.clusterConfiguration = clusterConfiguration
        self.installHint = installHint
    }
}

extension ExecCredentialPlugin: CustomStringConvertible, CustomReflectable {
    /// The program; arguments and variables may hold secrets and do not show themselves, in dumps neither.
    public var description: String { "the credential plugin \(command)".escapingControlCharacters }

    public var customMirror: Mirror { Mirror(self, children: ["command": command]) }
}
