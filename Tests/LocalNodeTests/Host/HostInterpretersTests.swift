// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LocalNode

@Suite("Interpreters that stand in for images", .timeLimit(.minutes(1)))
struct HostInterpretersTests {
    private static let table = HostInterpreters(entries: [
        .init(image: "python:3.11-slim", profile: "python3.11", candidates: ["python3.11"], installHint: "install Python 3.11"),
        .init(image: "python:3.12-slim", profile: "python3.12", candidates: ["python3.12"], installHint: "install Python 3.12"),
        .init(
            image: "node:20-slim",
            profile: "node20",
            candidates: ["node20", "node"],
            versionPrefix: "v20.",
            installHint: "install Node 20"
        ),
        .init(
            image: "node:22-slim",
            profile: "node22",
            candidates: ["node22", "node"],
            versionPrefix: "v22.",
            installHint: "install Node 22"
        ),
    ])

    private static func catalog(_ programs: Set<String>) -> InterpreterCatalog {
        InterpreterCatalog(table: table, exists: { programs.contains($0) }, version: { $0.hasSuffix("node") ? "v20.19.2" : nil })
    }

    @Test(
        "an image is matched whatever its registry prefix",
        arguments: [
            "python:3.11-slim", "docker.io/library/python:3.11-slim", "library/python:3.11-slim", "python:3.11-slim@sha256:0123",
        ]
    )
    func match(image: String) async throws {
        let match = try await Self.catalog(["/usr/bin/python3.11"]).match(image)
        #expect(match.path == "/usr/bin/python3.11")
        #expect(match.entry.profile == "python3.11")
    }

    @Test("a version is asked where the name does not tell it")
    func version() async throws {
        let catalog = Self.catalog(["/usr/bin/node", "/usr/bin/python3.11"])
        #expect(try await catalog.match("node:20-slim").path == "/usr/bin/node")
        await #expect(throws: PodProblem.self) { try await catalog.match("node:22-slim") }
        #expect(await catalog.profiles() == ["python3.11", "node20"])
    }

    @Test("a missing interpreter says how to install it and what this host can run")
    func missing() async {
        let error = await #expect(throws: PodProblem.self) {
            try await Self.catalog(["/usr/bin/python3.11", "/usr/local/bin/node"]).match("python:3.12-slim")
        }
        #expect(error?.reason == .imagePull)
        #expect(
            error?.message == """
                this host has no interpreter for profile python3.12 (image 'python:3.12-slim'): install Python 3.12; \
                it can run the profiles python3.11, node20
                """
        )
    }

    @Test("an image that no profile has is refused by name")
    func unknown() async {
        let error = await #expect(throws: PodProblem.self) { try await Self.catalog([]).match("redis:7") }
        #expect(error?.message.contains("'redis:7'") == true)
        #expect(error?.message.contains("it can run no profile") == true)
    }

    @Test(
        "a program is known by its less exact names too",
        arguments: [
            ("python3.11", ["python3.11", "python3", "python"]), ("node20", ["node20", "node"]), ("bash", ["bash"]),
            ("node", ["node"]),
        ]
    )
    func aliases(program: String, names: [String]) {
        #expect(HostInterpreters.aliases(of: program) == names)
    }
}
