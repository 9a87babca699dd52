// swift-tools-version: 6.2
// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import PackageDescription

// The table of modules. A target imports only targets below it; docs/architecture.md explains each row.

let package = Package(
    name: "agenttask-operator",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "agenttask-operator", targets: ["agenttask-operator"]),
        .executable(name: "agentctl", targets: ["agentctl"]),
        .library(name: "EmbeddedClusterServer", targets: ["EmbeddedClusterServer"]),
        .library(name: "ControllerTestingTraits", targets: ["ControllerTestingTraits"]),
        .library(name: "ControllerTesting", targets: ["ControllerTesting"]),
        .library(name: "EmbeddedCluster", targets: ["EmbeddedCluster"]),
        .library(name: "AgentTaskAPI", targets: ["AgentTaskAPI"]),
        .library(name: "ControllerServing", targets: ["ControllerServing"]),
        .library(name: "ControllerRuntime", targets: ["ControllerRuntime"]),
        .library(name: "KubernetesClient", targets: ["KubernetesClient"]),
        .library(name: "KubernetesAPI", targets: ["KubernetesAPI"]),
        .library(name: "KubernetesJSON", targets: ["KubernetesJSON"]),
    ] + Product.groups,
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", exact: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", exact: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
    ],
    targets: [
        // MARK: Executables
        .executable("agenttask-operator", ["AgentTaskOperator", .argumentParser]),
        .executable(
            "agentctl",
            [
                "AgentTaskOperator", "ControllerRuntime", "KubernetesClient", "LocalCluster", .argumentParser, .log, .unixSignals,
            ]
        ),

        // MARK: The laptop: embedded cluster, local node and operator in one place
        .library(
            "LocalCluster",
            [
                "EmbeddedClusterServer", "LocalNode", "AgentTaskOperator", "ControllerRuntime", "KubernetesClient",
                .argumentParser,
                .httpTypes, .lifecycle, .log, .unixSignals,
            ]
        ),
        .library("LocalNode", ["ControllerRuntime", "KubernetesClient", "CSandbox", .log]),
        .cShim("CSandbox", linking: ["seccomp"]),
        .library(
            "EmbeddedClusterServer",
            [
                "EmbeddedCluster", "HTTPSServing", "KubernetesClient", .hummingbirdCore, .hummingbirdHTTP2, .nio, .nioHTTP2,
                .nioHTTPTypes, .nioPosix, .nioSSL, .grdb, .x509, .asn1, .crypto, .httpTypes, .lifecycle, .log, .systemPackage,
            ]
        ),
        .library("ControllerTestingTraits", ["ControllerTesting"]),
        .library(
            "ControllerTesting",
            ["EmbeddedCluster", "ControllerRuntime", "KubernetesClient", .deque, .httpTypes, .lifecycle, .log]
        ),
        .library("EmbeddedCluster", ["KubernetesClient", .deque, .httpTypes, .log]),

        // MARK: The product: the AgentTask operator
        .library(
            "AgentTaskOperator",
            [
                "ControllerServing", "ControllerRuntime", "AgentTaskAPI", "KubernetesAdmission",
                "KubernetesAdmissionRegistration", "KubernetesAuthentication", "KubernetesAuthorization", "KubernetesClient",
                "KubernetesNetworking", .argumentParser, .crypto, .lifecycle, .log,
            ]
        ),
        .library("AgentTaskAPI", ["KubernetesAPIExtensions", "KubernetesCore"]),

        // MARK: The framework: controllers on actors and streams
        .library(
            "ControllerServing",
            [
                "ControllerRuntime", "HTTPSServing", "KubernetesAdmission", "KubernetesAdmissionRegistration",
                "KubernetesAPIExtensions", "KubernetesAuthentication", "KubernetesAuthorization", "KubernetesClient",
                .argumentParser, .hummingbirdCore, .hummingbirdHTTP2, .hummingbirdTLS, .nio,
                .nioHTTPTypes, .nioPosix, .nioSSL, .x509, .asn1, .crypto, .httpTypes, .lifecycle, .log,
            ]
        ),
        .library(
            "HTTPSServing",
            ["KubernetesClient", .hummingbirdCore, .nio, .nioHTTP2, .nioHTTPTypes, .x509, .asn1, .crypto, .lifecycle, .log]
        ),
        .library(
            "ControllerRuntime",
            [
                "KubernetesClient", "KubernetesCoordination", "KubernetesCore", "KubernetesEvents", .deque, .hashTree, .heap,
                .orderedCollections, .httpTypes, .log, .coreMetrics, .lifecycle, .tracing, .unixSignals,
            ]
        ),
        .library("KubernetesClient", ["KubernetesMeta", "CLibcurl", .httpTypes, .log, .subprocess, .systemPackage, .yams]),
        .cShim("CLibcurl", linking: ["curl"]),

        // MARK: The API types, one target per group family
        .library("KubernetesCodable", ["KubernetesCore"]),
        .library(
            "KubernetesAPI",
            [
                "KubernetesCore", "KubernetesAdmission", "KubernetesAdmissionRegistration",
                "KubernetesAPIExtensions", "KubernetesApps", "KubernetesAuthentication", "KubernetesAuthorization",
                "KubernetesAutoscaling", "KubernetesBatch", "KubernetesCertificates", "KubernetesCoordination",
                "KubernetesDiscovery", "KubernetesEvents", "KubernetesNetworking", "KubernetesNode",
                "KubernetesPolicy", "KubernetesRBAC", "KubernetesScheduling", "KubernetesStorage",
            ]
        ),
        .library("KubernetesStorage", ["KubernetesCore"]),
        .library("KubernetesScheduling", ["KubernetesMeta"]),
        .library("KubernetesRBAC", ["KubernetesMeta"]),
        .library("KubernetesPolicy", ["KubernetesMeta"]),
        .library("KubernetesNode", ["KubernetesCore"]),
        .library("KubernetesNetworking", ["KubernetesCore"]),
        .library("KubernetesEvents", ["KubernetesCore"]),
        .library("KubernetesDiscovery", ["KubernetesCore"]),
        .library("KubernetesCoordination", ["KubernetesMeta"]),
        .library("KubernetesCertificates", ["KubernetesMeta"]),
        .library("KubernetesBatch", ["KubernetesCore"]),
        .library("KubernetesAutoscaling", ["KubernetesMeta"]),
        .library("KubernetesAuthorization", ["KubernetesMeta"]),
        .library("KubernetesAuthentication", ["KubernetesMeta"]),
        .library("KubernetesApps", ["KubernetesCore"]),
        .library("KubernetesAPIExtensions", ["KubernetesMeta"]),
        .library("KubernetesAdmissionRegistration", ["KubernetesMeta"]),
        .library("KubernetesAdmission", ["KubernetesAuthentication"]),
        .library("KubernetesCore", ["KubernetesMeta"]),
        .library("KubernetesMeta", ["KubernetesJSON"]),
        .library("KubernetesJSON", []),

        // MARK: Tests, one mirror per target
        .tests("agentctl", ["AgentTaskAPI", "KubernetesJSON", "KubernetesMeta"]),
        .tests("LocalCluster", ["EmbeddedClusterServer", "KubernetesClient", "KubernetesJSON", .httpTypes, .lifecycle, .log]),
        .tests(
            "LocalNode",
            ["CSandbox", "ControllerRuntime", "EmbeddedCluster", "KubernetesClient", "KubernetesMeta", .httpTypes, .log]
        ),
        .tests(
            "AgentTaskOperator",
            [
                .argumentParser, "ControllerServing", "ControllerTesting", "EmbeddedCluster", "HTTPSServing", "KubernetesEvents",
                "KubernetesJSON", "KubernetesMeta", "KubernetesRBAC", .httpTypes, .log,
            ]
        ),
        .tests("AgentTaskAPI", ["KubernetesMeta", "KubernetesJSON"]),
        .tests(
            "EmbeddedClusterServer",
            [
                "HTTPSServing", "KubernetesClient", .asn1, .grdb, .httpTypes, .hummingbirdCore, .hummingbirdHTTP2, .lifecycle,
                .log,
                .nio, .nioEmbedded, .nioHTTPTypes, .nioPosix, .nioSSL, .x509,
            ]
        ),
        .tests(
            "EmbeddedCluster",
            ["KubernetesClient", "KubernetesMeta", "KubernetesJSON", .httpTypes, .log],
            exclude: ["Conformance/known-differences.txt"]
        ),
        .tests(
            "ControllerTesting",
            ["ControllerTestingTraits", "ControllerRuntime", "EmbeddedCluster", "KubernetesClient", .httpTypes, .log]
        ),
        .tests(
            "ControllerServing",
            [
                "ControllerTesting", "EmbeddedCluster", "ControllerRuntime", "HTTPSServing", "KubernetesAdmission",
                "KubernetesAdmissionRegistration", "KubernetesAPIExtensions", "KubernetesAuthentication", "KubernetesClient",
                "KubernetesCore", .argumentParser, .asn1, .httpTypes, .lifecycle, .log, .nioSSL, .x509,
            ]
        ),
        .tests(
            "ControllerRuntime",
            [
                "ControllerTesting", "EmbeddedCluster", "KubernetesClient", .coreMetrics, .httpTypes, .inMemoryTracing,
                .lifecycle,
                .log, .tracing,
            ]
        ),
        .tests(
            "KubernetesClient",
            [
                "CLibcurl", "EmbeddedCluster", "EmbeddedClusterServer", "KubernetesCore", "KubernetesMeta", "KubernetesJSON",
                .httpTypes, .log,
            ]
        ),
        .tests("KubernetesCodable", ["KubernetesCore", "KubernetesJSON", "KubernetesMeta"]),
        .tests("KubernetesAPI", ["KubernetesMeta", "KubernetesJSON"]),
        .tests("KubernetesMeta", ["KubernetesJSON"]),
        .tests("KubernetesJSON"),
    ]
)

// MARK: - Fuzzers

// Only `hack/sanitize.sh` has use for them: they link libFuzzer, which their build must ask for.
if Context.environment["FUZZ"] == "1" {
    package.targets += [
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CLibFuzzer", "KubernetesAPIExtensions", "KubernetesClient", "KubernetesCore", "KubernetesJSON", "KubernetesMeta",
            ],
            path: "Tests/Fuzz",
            exclude: ["Seeds"],
            swiftSettings: SwiftSetting.project
        ),
        .target(name: "CLibFuzzer", path: "Tests/CLibFuzzer"),
    ]
}

// MARK: - Settings

extension SwiftSetting {
    /// Swift 6 mode comes with the tools version. `Tests/KubernetesJSONTests/LanguageFeatureTests.swift` fails when a name here is
    /// misspelt, because the compiler ignores an unknown feature in silence.
    static let project: [SwiftSetting] = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
    ]
}

extension Target {
    static func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
        .target(name: name, dependencies: dependencies, swiftSettings: SwiftSetting.project)
    }

    static func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
        .executableTarget(name: name, dependencies: dependencies, swiftSettings: SwiftSetting.project)
    }

    static func cShim(_ name: String, linking libraries: [String]) -> Target {
        .target(name: name, linkerSettings: libraries.map { .linkedLibrary($0) })
    }

    static func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
        .testTarget(
            name: name + "Tests",
            dependencies: [.byName(name: name)] + dependencies,
            exclude: exclude,
            swiftSettings: SwiftSetting.project
        )
    }
}

extension Product {
    /// The API types of single groups, for packages that need few of them.
    static var groups: [Product] {
        [
            "KubernetesAdmission", "KubernetesAdmissionRegistration", "KubernetesAPIExtensions", "KubernetesApps",
            "KubernetesAuthentication", "KubernetesAuthorization", "KubernetesAutoscaling", "KubernetesBatch",
            "KubernetesCertificates",
            "KubernetesCodable", "KubernetesCoordination", "KubernetesCore", "KubernetesDiscovery", "KubernetesEvents",
            "KubernetesMeta", "KubernetesNetworking", "KubernetesNode", "KubernetesPolicy", "KubernetesRBAC",
            "KubernetesScheduling",
            "KubernetesStorage",
        ].map { .library(name: $0, targets: [$0]) }
    }
}

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asn1 = product(name: "SwiftASN1", package: "swift-asn1")
    static let collections = product(name: "Collections", package: "swift-collections")
    static let coreMetrics = product(name: "CoreMetrics", package: "swift-metrics")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let deque = product(name: "DequeModule", package: "swift-collections")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let hashTree = product(name: "HashTreeCollections", package: "swift-collections")
    static let heap = product(name: "HeapModule", package: "swift-collections")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let hummingbirdHTTP2 = product(name: "HummingbirdHTTP2", package: "hummingbird")
    static let hummingbirdTLS = product(name: "HummingbirdTLS", package: "hummingbird")
    static let inMemoryTracing = product(name: "InMemoryTracing", package: "swift-distributed-tracing")
    static let lifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let log = product(name: "Logging", package: "swift-log")
    static let metrics = product(name: "Metrics", package: "swift-metrics")
    static let nio = product(name: "NIOCore", package: "swift-nio")
    static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
    static let nioHTTP2 = product(name: "NIOHTTP2", package: "swift-nio-http2")
    static let nioHTTPTypes = product(name: "NIOHTTPTypes", package: "swift-nio-extras")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let orderedCollections = product(name: "OrderedCollections", package: "swift-collections")
    static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
    static let systemPackage = product(name: "SystemPackage", package: "swift-system")
    static let tracing = product(name: "Tracing", package: "swift-distributed-tracing")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let x509 = product(name: "X509", package: "swift-certificates")
    static let yams = product(name: "Yams", package: "Yams")

    static func product(name: String, package: String) -> Target.Dependency {
        .product(name: name, package: package, condition: nil)
    }
}
