// swift-tools-version: 6.2
// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import PackageDescription

// The type generator. A package of its own, without dependencies, so that users of the libraries never build it.

let package = Package(
    name: "kubegen",
    platforms: [.macOS(.v15)],
    targets: [
        .executableTarget(
            name: "kubegen",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .treatAllWarnings(as: .error),
            ]
        )
    ]
)
