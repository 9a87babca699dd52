// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A runtime profile that every installation has, with what a laptop's own interpreter must be to stand in for its image.
public struct BuiltinProfile: Sendable, Hashable {
    /// The name in `spec.runtimeProfile`.
    public let name: String
    /// The container image.
    public let image: String
    /// The program that runs the entrypoint, and its arguments; the entrypoint's path follows.
    public let command: [String]
    /// The file name of the code under `/workspace`.
    public let entrypoint: String
    /// The file endings for which `agentctl run` picks this profile, the first profile of the table first.
    public let fileExtensions: [String]
    /// Names of the interpreter on a host without containers; the first that exists is used.
    public let hostCandidates: [String]
    /// What `--version` of the host's interpreter must begin with; nil when its name already says the version.
    public let hostVersionPrefix: String?
    /// How to get the interpreter on such a host.
    public let installHint: String
}

/// The table of built-in profiles.
public enum BuiltinProfiles {
    /// The directory of the code in the container.
    public static let workspace = "/workspace"

    /// All of them; for each language the version that `agentctl run` prefers comes first.
    public static let all: [BuiltinProfile] =
        ["3.11", "3.12", "3.13", "3.10"].map(python)
        + [20, 22].map(node)
        + [
            BuiltinProfile(
                name: "bash",
                image: "bash:5.2",
                command: ["bash"],
                entrypoint: "main.sh",
                fileExtensions: ["sh"],
                hostCandidates: ["bash"],
                hostVersionPrefix: nil,
                installHint: "install the Debian package bash"
            )
        ]

    /// The profile of this name, nil when there is none.
    public static func named(_ name: String) -> BuiltinProfile? { all.first { $0.name == name } }

    /// The profiles for a file ending (without the dot), the preferred one first.
    public static func forFileExtension(_ ending: String) -> [BuiltinProfile] {
        all.filter { $0.fileExtensions.contains(ending) }
    }

    private static func python(_ version: String) -> BuiltinProfile {
        BuiltinProfile(
            name: "python\(version)",
            image: "python:\(version)-slim",
            command: ["python\(version)"],
            entrypoint: "main.py",
            fileExtensions: ["py"],
            hostCandidates: ["python\(version)"],
            hostVersionPrefix: nil,
            installHint: "install Python \(version), on Debian 12 the package python3 has 3.11"
        )
    }

    private static func node(_ major: Int) -> BuiltinProfile {
        BuiltinProfile(
            name: "node\(major)",
            image: "node:\(major)-slim",
            command: ["node"],
            entrypoint: "main.js",
            fileExtensions: ["js"],
            hostCandidates: ["node\(major)", "node"],
            hostVersionPrefix: "v\(major).",
            installHint: "install Node.js \(major) so that it is /usr/bin/node"
        )
    }
}
