// swift-tools-version: 6.2
// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import PackageDescription

// The benchmarks: a package of its own, so that nobody builds them who does not run them.
//
//     swift run -c release --package-path Benchmarks

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "agenttask-operator", path: ".."),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    ],
    targets: [
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                .product(name: "AgentTaskAPI", package: "agenttask-operator"),
                .product(name: "ControllerRuntime", package: "agenttask-operator"),
                .product(name: "ControllerTesting", package: "agenttask-operator"),
                .product(name: "EmbeddedCluster", package: "agenttask-operator"),
                .product(name: "KubernetesAPI", package: "agenttask-operator"),
                .product(name: "KubernetesClient", package: "agenttask-operator"),
                .product(name: "KubernetesJSON", package: "agenttask-operator"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
                .treatAllWarnings(as: .error),
            ]
        )
    ]
)
