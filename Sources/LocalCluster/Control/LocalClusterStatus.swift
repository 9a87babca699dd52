// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What ``LocalClusterControl/status()`` sees.
public struct LocalClusterStatus: Sendable, Hashable {
    /// A part of the cluster.
    public enum Part: Sendable, Hashable {
        /// The cluster was started without it.
        case off
        /// It does its work.
        case ready
        /// It does not, for this reason.
        case notReady(String)
    }

    /// The cluster's process; nil when none runs.
    public var pid: Int32?
    /// The API server's address, of the last time when none runs; nil when none ever ran.
    public var server: String?
    /// Whether the API server answers.
    public var isAPIReachable = false
    /// Why not, when it does not.
    public var apiProblem: String?
    /// The Kubernetes version that the API server speaks.
    public var kubernetesVersion: String?
    /// The version of the program that started the cluster.
    public var version: String?
    /// The node.
    public var node = Part.off
    /// The operator.
    public var taskOperator = Part.off
    /// The operators beside that of the cluster's process, by number, from 2.
    public var replicas: [Replica] = []
    /// What the operator of the cluster's process says of leadership; nil when nobody is elected.
    public var leadership: String?

    /// An operator in a process of its own.
    public struct Replica: Sendable, Hashable {
        /// From 2.
        public var number: Int
        /// Its process.
        public var pid: Int32
        /// Whether it works.
        public var part: Part
        /// What it says of leadership.
        public var leadership: String?
    }

    /// The kubeconfig file with the context.
    public var kubeconfig: String?
    /// The state directory.
    public var stateDirectory: String
    /// The log of the cluster's process.
    public var log: String

    /// Whether everything that was started does its work.
    public var isReady: Bool {
        guard pid != nil, isAPIReachable else { return false }
        for part in [node, taskOperator] + replicas.map(\.part) { if case .notReady = part { return false } }
        return true
    }
}
