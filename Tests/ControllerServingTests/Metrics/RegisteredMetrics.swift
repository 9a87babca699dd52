// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerServing
import EmbeddedCluster
import HTTPTypes
import KubernetesClient

/// A registry in which everything that the libraries register has been registered, by the parts themselves.
struct RegisteredMetrics {
    let environment: RuntimeEnvironment
    private let controller: Controller<DoNothing>
    private let process: MetricsCollector

    init() async throws {
        let environment = RuntimeEnvironment(logger: ControllerServerTests.logger)
        self.environment = environment
        controller = Controller(name: "example", reconciler: DoNothing(), environment: environment)
        process = environment.metrics.addProcessMetrics()
        let transport = InstrumentedTransport(RefusingTransport(), host: "10.0.0.1:443", environment: environment)
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/version")
        do { _ = try await transport.send(head, body: [], options: RequestOptions()) } catch {
            // The request is only sent to be counted.
        }
        let limited = RateLimitedTransport(RefusingTransport(), rate: 1, burst: 1, host: "h", environment: environment)
        do { _ = try await limited.send(head, body: [], options: RequestOptions()) } catch {
            // As above.
        }
        _ = try WebhookServer(
            webhooks: [.validating(LampRules())],
            tls: ServingTLS(certificate: CertificateHolder()),
            environment: environment
        )
        _ = try SelfManagedCertificates(
            client: KubernetesClient(transport: transport, logger: environment.logger),
            options: SelfManagedCertificatesTests.options,
            environment: environment
        )
        _ = CertificateWatcher(certificatePath: "", keyPath: "", environment: environment)
    }

    /// One line for each family: name, type, labels, buckets. Values are left out.
    var schema: String {
        var lines: [String: String] = [:]
        var buckets: [String: [String]] = [:]
        var labels: [String: String] = [:]
        for line in environment.metrics.render().split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.hasPrefix("# TYPE ") { lines[String(words[2])] = "\(words[2]) \(words[3])" }
            guard !line.hasPrefix("#"), let name = words[0].split(separator: "{").first.map(String.init) else { continue }
            let names = words[0].dropFirst(name.count).split(whereSeparator: { "{},".contains($0) }).map {
                $0.split(separator: "=")
            }
            let family = ["_bucket", "_sum", "_count"].reduce(name) { family, suffix in
                name.hasSuffix(suffix) && lines[String(name.dropLast(suffix.count))] != nil
                    ? String(name.dropLast(suffix.count)) : family
            }
            labels[family] = names.map { String($0[0]) }.filter { $0 != "le" }.sorted().joined(separator: ",")
            if let bound = names.first(where: { $0[0] == "le" })?.last.map({ String($0.filter { $0 != "\"" }) }),
                buckets[family]?.contains(bound) != true
            {
                buckets[family, default: []].append(bound)
            }
        }
        return lines.sorted { $0.key < $1.key }.map { name, line in
            line + " {\(labels[name] ?? "")}" + (buckets[name].map { " " + $0.joined(separator: " ") } ?? "") + "\n"
        }.joined()
    }
}

private struct DoNothing: Reconciler {
    func reconcile(_ key: ObjectKey, context: ReconcileContext) async throws -> ReconcileResult { .done }
}

/// There is nobody at the other end.
private struct RefusingTransport: HTTPTransport {
    func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        throw TransportError(.refused, "refused")
    }

    func shutdown() async {}
}
