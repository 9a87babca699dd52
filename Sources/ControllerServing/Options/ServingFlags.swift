// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import ControllerRuntime
public import KubernetesClient
import ServiceLifecycle

/// The flags that say where metrics and probes are served.
public struct ServingFlags: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "Where /metrics is served.",
            discussion: "HOST:PORT, or :PORT for all addresses; 0 for nowhere.",
            valueName: "address"
        )
    )
    public var metricsBindAddress: String = ":8080"

    @Option(
        help: ArgumentHelp(
            "Where /healthz and /readyz are served; may be that of the metrics.",
            discussion: "HOST:PORT, or :PORT for all addresses; 0 for nowhere.",
            valueName: "address"
        )
    )
    public var healthProbeBindAddress: String = ":8081"

    @Flag(
        help: ArgumentHelp(
            "Serve /metrics over TLS, and only to those who show a token that may get the non-resource URL /metrics."
        )
    )
    public var metricsSecure = false

    @Option(
        help: ArgumentHelp(
            "The directory of the certificate of secured metrics.",
            discussion: "A path; the process makes a certificate by itself, which nobody can check, when absent.",
            valueName: "directory"
        )
    )
    public var metricsCertPath: String?

    @Option(
        help: ArgumentHelp(
            "The certificate's file in that directory.",
            discussion: "A file name; PEM, the server's certificate first.",
            valueName: "file"
        )
    )
    public var metricsCertName: String = "tls.crt"

    @Option(
        help: ArgumentHelp("The key's file in that directory.", discussion: "A file name; PEM.", valueName: "file")
    )
    public var metricsCertKey: String = "tls.key"

    @Flag(
        help: ArgumentHelp(
            "Serve /debug/queue and /debug/caches beside /metrics: to clients on this machine, which a proxy in the pod is too, and to those who may get them when metrics are secured."
        )
    )
    public var debugEndpoints = false

    @Flag(
        name: .customLong("enable-http2"),
        help: ArgumentHelp("Offer HTTP/2 where TLS is spoken. It lets one client start many requests at once.")
    )
    public var enableHTTP2 = false

    public init() {}

    public func validate() throws {
        for (flag, text) in [
            ("--metrics-bind-address", metricsBindAddress), ("--health-probe-bind-address", healthProbeBindAddress),
        ] {
            do throws(ServingError) { _ = try BindAddress.parse(text) } catch {
                throw ValidationError("\(flag): \(error.message)")
            }
        }
        if metricsCertPath != nil && !metricsSecure {
            throw ValidationError("--metrics-cert-path is given without --metrics-secure; metrics would be served without TLS")
        }
        let isShared = metricsBindAddress == healthProbeBindAddress && !["", "0"].contains(metricsBindAddress)
        if metricsSecure && isShared && !metricsBindAddress.hasSuffix(":0") {
            throw ValidationError(
                "--metrics-secure: probes are served at \(metricsBindAddress) too, and the kubelet shows no token; give metrics another address"
            )
        }
        for (flag, text) in [
            ("--metrics-cert-path", metricsCertPath ?? "-"), ("--metrics-cert-name", metricsCertName),
            ("--metrics-cert-key", metricsCertKey),
        ] where text.isEmpty {
            throw ValidationError("\(flag) is empty; give a name or leave the flag out")
        }
    }

    /// The servers that the flags ask for.
    ///
    /// - Parameter client: Asks the API server who may read secured metrics.
    /// - Throws: ``ServingError`` with the code `badAddress` or `configuration`.
    public func makeParts(client: KubernetesClient, environment: RuntimeEnvironment) throws(ServingError) -> ServingParts {
        let holder = CertificateHolder()
        let secured: (tls: ServingTLS, access: any AccessReview)? =
            metricsSecure
            ? (
                ServingTLS(certificate: holder, enablesHTTP2: enableHTTP2),
                APIServerAccessReview(client: client, environment: environment)
            ) : nil
        let servers = try ControllerServer.servers(
            metrics: metricsBindAddress,
            health: healthProbeBindAddress,
            secured: secured,
            showsDebug: debugEndpoints,
            environment: environment
        )
        return ServingParts(servers: servers, certificates: secured == nil ? nil : certificates(holder, environment))
    }

    private func certificates(_ holder: CertificateHolder, _ environment: RuntimeEnvironment) -> any Service {
        guard let directory = metricsCertPath else { return SelfMadeCertificate(holder: holder, environment: environment) }
        return CertificateWatcher(
            certificatePath: "\(directory)/\(metricsCertName)",
            keyPath: "\(directory)/\(metricsCertKey)",
            holder: holder,
            environment: environment
        )
    }
}
