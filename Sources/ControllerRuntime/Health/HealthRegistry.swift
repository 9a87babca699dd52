// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import OrderedCollections

/// The health checks of the process, for `/healthz` and `/readyz`.
///
/// A check is a quick look at state that someone else keeps: it must not block. It runs on the thread that serves the request.
public final class HealthRegistry: Sendable {
    private typealias Checks = OrderedDictionary<String, @Sendable () -> HealthStatus>

    private let checks = Locked<[HealthEndpoint: Checks]>([:])
    private let shutdown = Locked(false)

    /// A registry that has the check `ping`, which always passes, at both endpoints, and `shutdown` at `/readyz`.
    public init() {
        for endpoint in HealthEndpoint.allCases { register("ping", at: endpoint) { .healthy() } }
        register("shutdown", at: .ready) { [shutdown] in
            shutdown.withLock { $0 } ? .unhealthy("the process is shutting down") : .healthy()
        }
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
    /// Why a check failed may name objects and servers, so it is told only to who asks for it: with `verbose`, or for the one check.
    ///
    /// - Parameters:
    ///   - verbose: Show every check even when all pass, and the reason of those that fail (`?verbose`).
    ///   - excluded: Checks to leave out (`?exclude=name`); names that no check has are reported, so that a misspelt one is seen.
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
            case .healthy(let note): lines += note.isEmpty || !verbose ? "[+]\(name) ok\n" : "[+]\(name) ok: \(note)\n"
            case .unhealthy(let reason):
                isHealthy = false
                lines += "[-]\(name) failed: \(verbose ? reason : "reason withheld")\n"
            }
        }
        if isHealthy && !verbose { return HealthReport(isHealthy: true, text: "ok") }
        let unknown = excluded.filter { all[$0] == nil }.sorted()
        if !unknown.isEmpty {
            lines += "warn: some health checks cannot be excluded: no matches for \(unknown.joined(separator: ", "))\n"
        }
        return HealthReport(isHealthy: isHealthy, text: lines + "\(endpoint.rawValue) check \(isHealthy ? "passed" : "failed")\n")
    }

    /// Asks the one check `name` (`/healthz/name`) and tells why when it fails. Nil when there is none.
    public func render(_ endpoint: HealthEndpoint, check name: String) -> HealthReport? {
        guard let check = checks.withLock({ $0[endpoint]?[name] }) else { return nil }
        switch check() {
        case .healthy: return HealthReport(isHealthy: true, text: "ok")
        case .unhealthy(let reason): return HealthReport(isHealthy: false, text: "internal server error: \(reason)\n")
        }
    }

    // MARK: Shutdown

    /// Whether ``beginShutdown()`` has been called.
    public var isShuttingDown: Bool { shutdown.withLock { $0 } }

    /// Says that the process is about to stop: from now on `/readyz` fails by the check `shutdown`, so that whoever sends requests chooses
    /// another replica, and servers ask their clients to let go of connections. Calling it again changes nothing.
    public func beginShutdown() { shutdown.withLock { $0 = true } }
}
