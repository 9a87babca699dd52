// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What `/version` says: the Kubernetes version whose API this server speaks, and honestly that it is another program.
struct ServerVersion: Sendable {
    var major: String
    var minor: String
    var gitVersion: String

    static let current = ServerVersion(major: "1", minor: "36", gitVersion: "v1.36.2+agenttask-embedded")

    /// A `version.Info`.
    var document: JSONValue {
        [
            "major": .string(major), "minor": .string(minor), "emulationMajor": .string(major), "emulationMinor": .string(minor),
            "minCompatibilityMajor": .string(major), "minCompatibilityMinor": .string(minor), "gitVersion": .string(gitVersion),
            "gitCommit": "none", "gitTreeState": "embedded", "buildDate": "1970-01-01T00:00:00Z", "goVersion": "none (Swift)",
            "compiler": "swiftc", "platform": .string("linux/" + Self.architecture),
        ]
    }

    private static var architecture: String {
        #if arch(arm64)
            "arm64"
        #else
            "amd64"
        #endif
    }
}
