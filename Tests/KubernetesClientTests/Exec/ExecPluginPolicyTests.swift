// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import KubernetesClient

@Suite("Which credential plugins may be run", TLSTools.condition, .timeLimit(.minutes(1)))
struct ExecPluginPolicyTests {
    private func isAllowed(_ plugin: ExecCredentialPlugin, _ policy: ExecPluginPolicy) async -> Bool {
        do throws(ExecCredentialError) {
            try await plugin.check(policy)
            return true
        } catch {
            #expect(error.code == .forbidden)
            return false
        }
    }

    @Test("a list allows what leads to the path of one of its programs, and nothing else")
    func list() async throws {
        let python = try #require(TLSTools.find("python3"))
        let byName = ExecCredentialPlugin(command: "python3")
        let byPath = ExecCredentialPlugin(command: python)
        for plugin in [byName, byPath] {
            #expect(await isAllowed(plugin, .all))
            #expect(await isAllowed(plugin, .only(["openssl", "python3"])))
            #expect(await isAllowed(plugin, .only([python])))
            #expect(await isAllowed(plugin, .only([python.replacing("/python3", with: "/./python3")])))
            for refused in [ExecPluginPolicy.none, .only([]), .only(["openssl"]), .only(["/elsewhere/python3", "missing"])] {
                #expect(await !isAllowed(plugin, refused))
            }
        }
        #expect(await !isAllowed(ExecCredentialPlugin(command: "missing"), .only(["missing"])), "there is no such program")
    }

    @Test("a kubeconfig cannot give a program of its own the name of an allowed one")
    func path() async throws {
        let folder = try TemporaryFolder()
        let own = try folder.write("#!/bin/sh\n", to: "python3")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: own)
        var plugin = ExecCredentialPlugin(command: "python3", environment: ["PATH": folder.path])
        #expect(await !isAllowed(plugin, .only(["python3"])))
        #expect(await isAllowed(plugin, .only([own])))
        plugin.environment = [:]
        #expect(await isAllowed(plugin, .only(["python3"])))
    }

    @Test("a plugin that is not allowed is not run, and the request fails with the reason")
    func request() async throws {
        let fixture = try ExecFixture("answer(token='t')")
        for policy in [ExecPluginPolicy.none, .only(["openssl"])] {
            let configure: (inout ClientConfiguration) throws -> Void = { configuration in
                configuration.execPlugin = fixture.plugin
                configuration.execPluginPolicy = policy
            }
            try await withServer({ _ in }, configure: configure) { transport, server in
                let error = try await failure { () throws(TransportError) in try await transport.get("/") }
                #expect(error.code == .credentials)
                #expect(error.message.hasPrefix("the credential plugin python3 may not be run: the policy allows "))
                #expect(server.accepted == 0)
            }
        }
        #expect(try fixture.runs.isEmpty)
    }
}
