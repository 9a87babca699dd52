// swift-tools-version: 6.2
// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import PackageDescription

let package = Package(
    name: "configmap-copier",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "agenttask-operator", path: "../.."),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        .executableTarget(
            name: "configmap-copier",
            dependencies: [
                .product(name: "ControllerServing", package: "agenttask-operator"),
                .product(name: "ControllerRuntime", package: "agenttask-operator"),
                .product(name: "KubernetesClient", package: "agenttask-operator"),
                .product(name: "KubernetesCore", package: "agenttask-operator"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .testTarget(
            name: "ConfigMapCopierTests",
            dependencies: [
                "configmap-copier",
                .product(name: "ControllerTestingTraits", package: "agenttask-operator"),
                .product(name: "ControllerTesting", package: "agenttask-operator"),
                .product(name: "KubernetesJSON", package: "agenttask-operator"),
            ]
        ),
    ]
)
