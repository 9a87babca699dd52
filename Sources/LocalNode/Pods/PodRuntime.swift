// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta

/// Reconciles the pods that are bound to this node: tells each pod's lifecycle what is, and does what it answers.
actor PodRuntime: Reconciler {
    let client: KubernetesClient
    let state: NodeState
    let host: SandboxHost
    let catalog: InterpreterCatalog
    let system: HostSystem
    let capacity: HostCapacity
    let defaults: PodPlanner.Defaults
    let time: TimeSource
    private let pods: Informer<Pod>
    /// Keys whose sandbox has ended; the controller's queue takes them.
    private let enqueue: @Sendable (ObjectKey) -> Void
    /// Bound: pods bound to this node, and those whose end is still to be seen.
    private var records: [String: PodRecord] = [:]

    init(
        client: KubernetesClient,
        pods: Informer<Pod>,
        state: NodeState,
        host: SandboxHost,
        catalog: InterpreterCatalog,
        capacity: HostCapacity,
        defaults: PodPlanner.Defaults,
        time: TimeSource,
        enqueue: @escaping @Sendable (ObjectKey) -> Void
    ) {
        self.client = client
        self.pods = pods
        self.state = state
        self.host = host
        self.catalog = catalog
        self.capacity = capacity
        self.defaults = defaults
        self.time = time
        self.enqueue = enqueue
        system = HostSystem.current()
    }

    /// The record of a pod, for readers of its log.
    func record(uid: String) -> PodRecord? { records[uid] }

    func reconcile(_ key: ObjectKey, context: ReconcileContext) async throws -> ReconcileResult {
        let pod = pods.get(key)
        let uid = pod?.metadata.uid ?? ""
        for record in records.values where record.key == key && record.uid != uid { leave(record) }
        guard let pod, !uid.isEmpty else { return .done }
        let record = records[uid] ?? accept(pod, key: key, uid: uid)

        var (actions, wake) = advance(record, pod)
        if actions.contains(.start) {
            let event = await start(record, pod, context)
            _ = record.update { $0.lifecycle.handle(event, now: self.time.now()) }
            (actions, wake) = advance(record, pod)
        }
        try await publish(record, pod, context)
        if actions.contains(.confirmDeletion) { try await confirmDeletion(pod) }
        return wake.map { .requeue(after: max(.zero, time.now().duration(to: $0))) } ?? .done
    }

    // MARK: Records

    private func accept(_ pod: Pod, key: ObjectKey, uid: String) -> PodRecord {
        let now = time.now()
        // A pod that an earlier process took is as old as it says.
        let age = pod.status?.startTime.map { max(0, time.wallNow().seconds - $0.seconds) } ?? 0
        let record = PodRecord(
            uid: uid,
            key: key,
            lifecycle: PodLifecycle(acceptedAt: now.advanced(by: .seconds(-age))),
            acceptedAt: Time(seconds: time.wallNow().seconds),
            log: state.wasStarted(uid: uid) ? ContainerLog(leftIn: state.logDirectory(uid: uid)) : nil
        )
        records[uid] = record
        return record
    }

    /// Tells the lifecycle what is; kills and terminates at once, and hands the rest back with the earliest time to look again.
    private func advance(_ record: PodRecord, _ pod: Pod) -> ([PodLifecycle.Action], wake: MonotonicInstant?) {
        let now = time.now()
        let wasStarted = state.wasStarted(uid: record.uid)
        let actions = record.update { live -> [PodLifecycle.Action] in
            var actions: [PodLifecycle.Action] = []
            if let exit = live.exit {
                live.exit = nil
                live.process = nil
                actions += live.lifecycle.handle(.exited(exit), now: now)
            }
            return actions + live.lifecycle.handle(.observed(PodFacts(pod), wasStarted: wasStarted), now: now)
        }
        return carryOut(actions, record)
    }

    private func carryOut(
        _ actions: [PodLifecycle.Action],
        _ record: PodRecord
    ) -> ([PodLifecycle.Action], wake: MonotonicInstant?) {
        var left: [PodLifecycle.Action] = []
        var wake: MonotonicInstant?
        for action in actions {
            switch action {
            case .terminate: record.snapshot.process?.terminate()
            case .kill: record.snapshot.process?.kill()
            case .wake(let instant): wake = min(wake ?? instant, instant)
            case .forget:
                records[record.uid] = nil
                state.remove(uid: record.uid)
            case .start, .confirmDeletion: left.append(action)
            }
        }
        return (left, wake)
    }

    /// The object is gone: what runs is killed, and when it has ended all is forgotten.
    private func leave(_ record: PodRecord) {
        let now = time.now()
        let actions = record.update { live -> [PodLifecycle.Action] in
            if let exit = live.exit {
                live.exit = nil
                live.process = nil
                _ = live.lifecycle.handle(.exited(exit), now: now)
            }
            return live.lifecycle.handle(.vanished, now: now)
        }
        _ = carryOut(actions, record)
    }

    // MARK: Starting

    /// Never throws: the lifecycle waits for one of the two events.
    private func start(_ record: PodRecord, _ pod: Pod, _ context: ReconcileContext) async -> PodLifecycle.Event {
        do {
            // The pod shows that it was taken before its set-up begins, as with a kubelet.
            if pod.status?.startTime == nil { try await publish(record, pod, context) }
            let plan = try await plan(record, pod)
            try state.prepare(uid: record.uid)
            let log = ContainerLog(directory: state.logDirectory(uid: record.uid))
            let (state, uid, key, enqueue, time) = (state, record.uid, record.key, enqueue, time)
            // Read before the program runs: one that ends within a millisecond has not ended before its start.
            let startedAt = Locked(MicroTime(microseconds: 0))
            let process = try await host.start(
                plan,
                log: log,
                name: uid,
                beforeRelease: { process throws(LocalNodeError) in
                    guard let note = SandboxRecord(of: process.program) else {
                        throw LocalNodeError(.launch, "the sandbox ended before its program was started")
                    }
                    try state.write(note, uid: uid)
                    startedAt.withLock { $0 = MicroTime(microseconds: time.wallNow().microseconds) }
                },
                onExit: { exit in
                    record.ended(exit)
                    enqueue(key)
                }
            )
            record.update { live in
                live.process = process
                live.log = log
            }
            return .started(at: startedAt.withLock { $0 })
        } catch let problem as PodProblem {
            return .startFailed(problem)
        } catch let error as LocalNodeError {
            return .startFailed(PodProblem(.creation, error.message))
        } catch {
            // What the pod refers to could not be read: looked for again as a missing one is.
            return .startFailed(PodProblem(.configuration, "\(error)"))
        }
    }

    private func plan(_ record: PodRecord, _ pod: Pod) async throws -> SandboxPlan {
        let image = try await catalog.match(pod.spec?.containers.first?.image ?? "")
        record.update { $0.interpreter = image.path }
        let references = PodSources.references(of: pod)
        var sources = PodSources()
        for name in references.configMaps { sources.configMaps[name] = try await read(ConfigMap.self, name, pod) }
        for name in references.secrets { sources.secrets[name] = try await read(Secret.self, name, pod) }
        return try PodPlanner(
            pod: pod,
            image: image,
            sources: sources,
            allocatable: capacity.resources,
            system: system,
            defaults: defaults
        ).plan()
    }

    private func read<R: Resource>(_ type: R.Type, _ name: String, _ pod: Pod) async throws -> R? {
        do throws(ClientError) {
            return try await client.get(type, name: name, namespace: pod.metadata.namespace)
        } catch  where error.isNotFound {
            return nil
        }
    }

    // MARK: Writing

    /// Writes the pod's status when it differs, on condition that the pod is still the same one.
    private func publish(_ record: PodRecord, _ pod: Pod, _ context: ReconcileContext) async throws {
        let live = record.snapshot
        let builder = PodStatusBuilder(
            pod: pod,
            stage: live.lifecycle.stage,
            acceptedAt: record.acceptedAt,
            now: Time(seconds: time.wallNow().seconds),
            interpreter: live.interpreter,
            logTail: Self.tail(live)
        )
        guard let status = builder.status(), status != pod.status else { return }
        do throws(ClientError) {
            context.wrote(
                try await client.patch(
                    Pod.self,
                    name: record.key.name,
                    namespace: record.key.namespace,
                    .json([
                        .test(path: "/metadata/uid", value: .string(record.uid)),
                        .add(path: "/status", value: JSONValue(encoding: status)),
                    ]),
                    subresource: "status"
                )
            )
        } catch {
            // Gone, or another pod has its name: the watch tells, and the record is left then.
            guard error.isNotFound || error.isInvalid else { throw error }
        }
    }

    private static func tail(_ live: PodRecord.Live) -> [UInt8] {
        guard case .ended(.exited(let exit, _, _)) = live.lifecycle.stage, exit.message.isEmpty, exit.exitCode != 0,
            let log = live.log
        else { return [] }
        var reader = ContainerLogReader(
            directory: log.directory,
            extent: log.extent,
            query: LogQuery(tailLines: TerminationMessage.logLines)
        )
        var bytes: [UInt8] = []
        while case let more = reader.next(log.extent), !more.isEmpty {
            bytes = Array((bytes + more).suffix(TerminationMessage.logBytes))
        }
        return bytes
    }

    /// The second half of a graceful deletion: nothing of the pod is left on the node.
    private func confirmDeletion(_ pod: Pod) async throws {
        do throws(ClientError) {
            try await client.delete(
                Pod.self,
                name: pod.metadata.name ?? "",
                namespace: pod.metadata.namespace,
                options: DeleteOptions(gracePeriodSeconds: 0, preconditions: Preconditions(uid: pod.metadata.uid))
            )
        } catch {
            // Gone already, or another pod has its name.
            guard error.isNotFound || error.isConflict else { throw error }
        }
    }
}
