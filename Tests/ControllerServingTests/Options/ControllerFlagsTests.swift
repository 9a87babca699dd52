// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ControllerRuntime
import ControllerTesting
import Foundation
import KubernetesClient
import Logging
import Testing

@testable import ControllerServing

@Suite("The flags of every controller")
struct ControllerFlagsTests {
    /// What an operator of a user's looks like.
    struct LampOptions: ParsableArguments {
        @Option(help: "How many lamps.") var lamps = 1
        @OptionGroup var controller: ControllerFlags
    }

    @Test("an operator takes them beside its own")
    func embedded() throws {
        let options = try LampOptions.parse([
            "--lamps", "2", "--kubeconfig", "/k", "--kube-api-qps=20", "--kube-api-burst=30", "--metrics-bind-address", "0",
            "--health-probe-bind-address=:0", "--leader-elect", "--shutdown-delay-duration", "3s",
            "--graceful-shutdown-timeout=1m", "--log-level=debug", "--log-format", "json",
        ])
        #expect(options.lamps == 2)
        let controller = options.controller
        #expect(controller.connection.kubeconfig == "/k")
        #expect(controller.connection.kubeAPIQPS == 20)
        #expect(controller.connection.kubeAPIBurst == 30)
        #expect(controller.leaderElection.leaderElect)
        #expect(controller.shutdown.managerOptions.shutdownDelay == .seconds(3))
        #expect(controller.shutdown.managerOptions.drainBudget == .seconds(60))
        #expect(controller.logging.makeLogger(label: "lamps").logLevel == .debug)
        let environment = RuntimeEnvironment(logger: ControllerServerTests.logger)
        let client = KubernetesClient(transport: ScriptedTransport(), logger: ControllerServerTests.logger)
        let parts = try controller.serving.makeParts(client: client, environment: environment)
        #expect(parts.servers.map(\.address.description) == [":0"] && parts.certificates == nil)
    }

    @Test("queues and caches are shown when asked for, beside the metrics and not beside the probes")
    func debug() throws {
        let environment = RuntimeEnvironment(logger: ControllerServerTests.logger)
        let client = KubernetesClient(transport: ScriptedTransport(), logger: ControllerServerTests.logger)
        for (arguments, shows) in [([], false), (["--debug-endpoints"], true)] {
            let flags = try LampOptions.parse(arguments).controller.serving
            let servers = try flags.makeParts(client: client, environment: environment).servers
            let shown = servers.map { $0.contents.contains { if case .debug = $0 { true } else { false } } }
            #expect(shown == [shows, false])
        }
    }

    @Test("secured metrics have a certificate of files, or one that the process makes")
    func securedMetrics() throws {
        let environment = RuntimeEnvironment(logger: ControllerServerTests.logger)
        let client = KubernetesClient(transport: ScriptedTransport(), logger: ControllerServerTests.logger)
        let bind = ["--metrics-bind-address=:8443", "--metrics-secure"]
        let own = try LampOptions.parse(bind).controller.serving.makeParts(client: client, environment: environment)
        #expect(own.servers.map(\.address.description) == [":8443", ":8081"] && own.certificates is SelfMadeCertificate)
        let files = try LampOptions.parse(bind + ["--metrics-cert-path=/tls", "--enable-http2"]).controller.serving
        #expect(files.enableHTTP2)
        #expect(try files.makeParts(client: client, environment: environment).certificates is CertificateWatcher)
    }

    @Test("the defaults are those of controller-runtime: no limit of requests, metrics at :8080, probes at :8081")
    func defaults() throws {
        let controller = try LampOptions.parse([]).controller
        #expect(controller.connection.kubeAPIQPS == -1)
        #expect(!controller.leaderElection.leaderElect)
        #expect(controller.serving.metricsBindAddress == ":8080")
        #expect(controller.serving.healthProbeBindAddress == ":8081")
        #expect(controller.shutdown.managerOptions.shutdownDelay == .zero)
        #expect(controller.logging.makeLogger(label: "lamps").logLevel == .info)
    }

    @Test(
        "a value out of bounds is refused with the flag, the value and what to use",
        arguments: [
            (["--kube-api-qps", "0"], "--kube-api-qps is 0.0; use a number from 0.1 to 100000, or -1"),
            (["--kube-api-qps=-2"], "--kube-api-qps is -2.0"), (["--kube-api-qps=nan"], "--kube-api-qps is nan"),
            (["--kube-api-burst", "0"], "--kube-api-burst is 0; use"),
            (["--metrics-bind-address", "8080"], "--metrics-bind-address: \"8080\" is not an address"),
            (["--health-probe-bind-address", "x:y"], "--health-probe-bind-address: \"x:y\" is not an address"),
            (["--metrics-cert-path=/tls"], "--metrics-cert-path is given without --metrics-secure"),
            (["--metrics-secure", "--metrics-cert-name", ""], "--metrics-cert-name is empty"),
            (["--metrics-secure", "--metrics-bind-address=:8081"], "--metrics-secure: probes are served at :8081 too"),
            (["--shutdown-delay-duration", "2h"], "--shutdown-delay-duration is 2h; use a duration from 0 to 1h"),
            (["--graceful-shutdown-timeout", "61m"], "--graceful-shutdown-timeout is 61m"),
            (["--log-level", "loud"], "--log-level is 'loud'; use trace"), (["--log-format", "xml"], "--log-format is 'xml'"),
        ]
    )
    func refused(arguments: [String], message: String) {
        let error = #expect(throws: (any Error).self) { try LampOptions.parse(arguments) }
        #expect(error.map { LampOptions.message(for: $0) }?.contains(message) == true)
    }

    @Test("what keeps an operator from being put together ends its main", arguments: [[], ["--leader-elect"]])
    func run(flags: [String]) async throws {
        struct Missing: Error {}
        let kubeconfig = FileManager.default.temporaryDirectory.appending(path: "lamps-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: kubeconfig) }
        let text = """
            {"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "k", "namespace": "n"}}],
            "clusters": [{"name": "k", "cluster": {"server": "http://127.0.0.1:1"}}]}
            """
        try text.write(to: kubeconfig, atomically: true, encoding: .utf8)
        let anywhere = ["--metrics-bind-address", "127.0.0.1:0", "--health-probe-bind-address", "127.0.0.1:0"]
        let given = ["--kubeconfig", kubeconfig.path] + anywhere
        let controller = try LampOptions.parse(given + flags).controller
        await #expect(throws: Missing.self) {
            try await controller.run("lamps") { manager, client in
                #expect(client.defaultNamespace == "n")
                let checks = manager.environment.health.render(.live, verbose: true).text
                #expect(checks.contains("leader-election") == !flags.isEmpty)
                throw Missing()
            }
        }
    }
}
