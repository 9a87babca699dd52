// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import OrderedCollections

/// The health checks of the process, for `/healthz` and `/readyz`.
///
/// A check is a quick look at state that someone else keeps: it must not block. It runs on the thread that serves the request.
public final class HealthRegistry: Sendable {
    private typealias Checks = OrderedDictionary<String, @Sendable () -> HealthStatus>

    private let checks = Locked<[HealthEndpoint: Checks]>([:])

    /// A registry that has the check `ping`, which always passes, at both endpoints.
    public init() {
        for endpoint in HealthEndpoint.allCases { register("ping", at: endpoint) { .healthy() } }
    }

    /// Adds the check `name`, or replaces the one of that name.
    public func register(_ name: String, at endpoint: HealthEndpoint, check: @escaping @Sendable () -> HealthStatus) {
        checks.withLock { $0[endpoint, default: [:]][name] = check }
    }

    /// Removes the check `name`.
    public func remove(_ name: String, at endpoint: HealthEndpoint) {
        checks.withLock { _ = $0[endpoint]?.removeValue(forKey: name) }
    }

    /// Asks all checks of `endpoint`, in the order they were registered, and renders the answer in kube-apiserver's form.
    ///
    /// - Parameters:
    ///   - verbose: Show every check even when all pass (`?verbose`).
    ///   - excluded: Checks to leave out (`?exclude=name`).
    public func render(_ endpoint: HealthEndpoint, verbose: Bool = false, excluding excluded: Set<String> = []) -> HealthReport {
        let all = checks.withLock { $0[endpoint] ?? [:] }
        var lines = ""
        var isHealthy = true
        for (name, check) in all {
            if excluded.contains(name) {
                lines += "[+]\(name) excluded: ok\n"
                continue
            }
            switch check() {
            case .healthy(let note): lines += note.isEmpty ? "[+]\(name) ok\n" : "[+]\(name) ok: \(note)\n"
            case .unhealthy(let reason):
                isHealthy = false
                lines += "[-]\(name) failed: \(reason)\n"
            }
        }
        if isHealthy && !verbose { return HealthReport(isHealthy: true, text: "ok") }
        return HealthReport(isHealthy: isHealthy, text: lines + "\(endpoint.rawValue) check \(isHealthy ? "passed" : "failed")\n")
    }

    /// Asks the one check `name` (`/healthz/name`). Nil when there is none.
    public func render(_ endpoint: HealthEndpoint, check name: String) -> HealthReport? {
        guard let check = checks.withLock({ $0[endpoint]?[name] }) else { return nil }
        switch check() {
        case .healthy: return HealthReport(isHealthy: true, text: "ok")
        case .unhealthy(let reason): return HealthReport(isHealthy: false, text: "[-]\(name) failed: \(reason)\n")
        }
    }
}
