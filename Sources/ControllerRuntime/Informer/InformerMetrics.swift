// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesMeta

/// The metrics of one informer: where it stands and what it holds, read when they are asked for, and what it did, counted.
///
/// They are there from `start` to `stop`, so that nothing is told of a watch that has ended.
final class InformerMetrics: Sendable {
    /// What is read when metrics are rendered.
    struct Reading: Sendable {
        var status: InformerStatus
        var objects: Int
        /// Estimated.
        var bytes: Int
        var revision: String
    }

    private struct Cells {
        let lists: MetricCounter
        let watches: MetricCounter
        let events: MetricCounter
        let collector: MetricsCollector
    }

    private let name: String
    private let kind: GroupVersionKind
    private let plural: String
    private let registry: MetricsRegistry
    private let cells = Locked<Cells?>(nil)

    init(name: String, kind: GroupVersionKind, plural: String, registry: MetricsRegistry) {
        self.name = name
        self.kind = kind
        self.plural = plural
        self.registry = registry
    }

    /// Shows the metrics; when they are shown already, nothing changes.
    func start(read: @escaping @Sendable () -> Reading?) {
        guard cells.withLock({ $0 == nil }) else { return }
        let labels: KeyValuePairs = ["name": name]
        let new = Cells(
            lists: registry.counter("reflector_lists_total", help: "Lists asked for, each page by itself", labels: labels),
            watches: registry.counter("reflector_watches_total", help: "Watches that were started", labels: labels),
            events: registry.counter("reflector_events_total", help: "Events of watches, without bookmarks", labels: labels),
            collector: registry.onRender { [weak self, name, kind, plural] registry in
                guard let self, cells.withLock({ $0 != nil }), let reading = read() else { return }
                Self.show(reading, name: name, kind: kind, plural: plural, in: registry)
            }
        )
        cells.withLock { $0 = $0 ?? new }
    }

    /// Takes the metrics away.
    func stop() {
        cells.withLock { $0 = nil }
        registry.removeSeries(labels: ["name": name, "resource": plural])
        registry.removeSeries(labels: ["informer": name])
        for family in ["reflector_lists_total", "reflector_watches_total", "reflector_events_total", "reflector_failures_total"] {
            registry.removeSeries(of: family, labels: ["name": name])
        }
    }

    // MARK: Counting

    func countList() { cells.withLock { $0?.lists }?.increment() }

    func countWatch() { cells.withLock { $0?.watches }?.increment() }

    func countEvents(_ count: Int) {
        if count > 0 { cells.withLock { $0?.events }?.increment(by: UInt64(count)) }
    }

    func count(_ failure: ReflectorFailure) {
        guard cells.withLock({ $0 != nil }) else { return }
        registry.counter(
            "reflector_failures_total",
            help: "Lists and watches that failed",
            labels: ["name": name, "reason": failure.kind.metricLabel]
        ).increment()
    }

    // MARK: Reading

    private static func show(
        _ reading: Reading,
        name: String,
        kind: GroupVersionKind,
        plural: String,
        in registry: MetricsRegistry
    ) {
        for state in InformerStatus.metricLabels {
            registry.gauge(
                "controller_runtime_informer_state",
                help: "1 for the state that the informer is in, 0 for the others",
                labels: ["informer": name, "state": state]
            ).set(state == reading.status.metricLabel ? 1 : 0)
        }
        let labels: KeyValuePairs = ["informer": name, "group": kind.group, "version": kind.version, "kind": kind.kind]
        registry.gauge("controller_runtime_informer_objects", help: "Objects in the store", labels: labels)
            .set(Double(reading.objects))
        registry.gauge(
            "controller_runtime_informer_store_bytes",
            help: "Memory of the store, estimated from a sample of its objects",
            labels: labels
        ).set(Double(reading.bytes))
        if ResourceRevision.isComparable(reading.revision), let revision = Double(reading.revision) {
            registry.gauge(
                "informer_store_resource_version",
                help: "Revision up to which the store holds the server's changes",
                labels: ["name": name, "group": kind.group, "version": kind.version, "resource": plural]
            ).set(revision)
        }
    }
}

extension InformerStatus {
    static let metricLabels = ["stopped", "listing", "synced", "interrupted", "forbidden", "missing_kind", "failing"]

    /// One of `metricLabels`.
    var metricLabel: String {
        switch self {
        case .stopped: "stopped"
        case .listing: "listing"
        case .synced: "synced"
        case .interrupted: "interrupted"
        case .forbidden: "forbidden"
        case .missingKind: "missing_kind"
        case .failing: "failing"
        }
    }
}

extension ReflectorFailure.Kind {
    var metricLabel: String {
        switch self {
        case .expired: "expired"
        case .revisionTooLarge: "revision_too_large"
        case .throttled: "throttled"
        case .forbidden: "forbidden"
        case .missingKind: "missing_kind"
        case .unreachable: "unreachable"
        case .disconnected: "disconnected"
        case .silent: "silent"
        case .overflow: "overflow"
        case .garbled: "garbled"
        case .refused: "refused"
        case .server: "server"
        }
    }
}
