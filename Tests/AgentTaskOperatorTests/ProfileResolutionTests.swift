// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesCore
import KubernetesMeta
import Testing

@testable import AgentTaskOperator

@Suite("A profile is found")
struct ProfileResolutionTests {
    private static func map(_ data: [String: String]) -> ConfigMap {
        ConfigMap(metadata: ObjectMeta(name: ProfileResolution.configMapName, namespace: "system"), data: data)
    }

    private static let both = ProfileResolution(
        installation: map([
            "python3.11": "mirror/python:3.11\n", "data": "mirror/data:1", "data-sandbox": "x", "two": "a b", "none": " ",
        ]),
        namespace: map(["python3.11": "evil", "data": "evil", "node-own": "own/node:1", "bash-own": "own/bash:1"])
    )

    @Test(
        "in the installation's ConfigMap, else the namespace's, else built in",
        arguments: [
            ("python3.11", "mirror/python:3.11", "ConfigMap", "python3.11 main.py"),
            ("data", "mirror/data:1", "ConfigMap", "python3 main.py"),
            ("node-own", "own/node:1", "ConfigMap", "node main.js"),
            ("bash-own", "own/bash:1", "ConfigMap", "bash main.sh"),
            ("node22", "node:22-slim", "builtin", "node main.js"),
        ]
    )
    func order(_ name: String, image: String, source: String, program: String) throws {
        let profile = try Self.both.profile(named: name)
        #expect(profile.resolved == ResolvedProfile(name: name, source: source, image: image))
        #expect((profile.command + [profile.entrypoint]).joined(separator: " ") == program)
        #expect(TaskProfile(frozenIn: AgentTaskStatus(resolvedProfile: profile.resolved)) == profile)
    }

    @Test("in a RuntimeProfile first, from whose image and name follows what it does not say")
    func object() throws {
        var resolution = Self.both
        resolution.object = RuntimeProfile(
            metadata: ObjectMeta(generation: 3, name: "node22"),
            spec: RuntimeProfileSpec(image: "own/node", runtimeClassName: "gvisor")
        )
        let profile = try resolution.profile(named: "node22")
        #expect(profile.source == .runtimeProfile && profile.generation == 3 && profile.image == "own/node")
        #expect(profile.command == ["node"] && profile.entrypoint == "main.js")
        #expect(TaskProfile(frozenIn: AgentTaskStatus(resolvedProfile: profile.resolved)) == profile)
        #expect(try resolution.profile(named: "data").source == .configMap)
    }

    @Test("or the refusal says what there is, without the keys of the former operator's other backend")
    func unknown() throws {
        let refusal = #expect(throws: TaskAcceptance.Refusal.self) { try Self.both.profile(named: "data-sandbox") }
        let message = try #require(refusal?.outcome.message)
        #expect(refusal?.outcome.reason == .profileResolutionFailed)
        #expect(message.contains("no profile 'data-sandbox'; known are bash-own, data, node-own, none, two, python3.11,"))
        #expect(!message.dropFirst(60).contains("data-sandbox"))
    }

    @Test("and a value that is no image is refused, not passed over", arguments: ["two", "none"])
    func noImage(_ name: String) {
        let refusal = #expect(throws: TaskAcceptance.Refusal.self) { try Self.both.profile(named: name) }
        #expect(refusal?.outcome.reason == .profileResolutionFailed)
        #expect(refusal?.outcome.message.contains("in namespace 'system' names no image for '\(name)'") == true)
    }

    @Test("once: the image of an accepted task stays, also when the built-in one is another by now")
    func frozen() {
        let status = AgentTaskStatus(resolvedProfile: ResolvedProfile(name: "bash", source: "builtin", image: "bash:5.1"))
        #expect(TaskProfile(frozenIn: status)?.image == "bash:5.1")
        #expect(TaskProfile(frozenIn: AgentTaskStatus(resolvedProfile: ResolvedProfile(name: "bash"))) == nil)
    }
}
