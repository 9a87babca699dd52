// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesClient
import KubernetesCore
import KubernetesEvents
import KubernetesJSON
public import KubernetesMeta
import Logging
public import ServiceLifecycle

/// Writes events (events.k8s.io/v1) about objects, for `kubectl describe` and `kubectl events`.
///
/// Telling never waits and never fails: an event is a courtesy. What repeats becomes a series; what is too much, or finds the queue of 1000
/// full, is dropped and counted in `events_dropped_total`; so is what the server refuses, or what cannot be sent in 12 tries. Events are
/// written only while `run()` runs; what was told before it is canceled is still written, within the stop budget, by one try each. So give
/// it to the manager among the servers, which stop when everything that tells has ended.
public struct EventRecorder: ServiceLifecycle.Service {
    private let shared: EventQueue
    private let client: KubernetesClient
    private let controller: String
    private let instance: String
    private let environment: RuntimeEnvironment
    private let stopBudget: Duration

    /// A recorder.
    ///
    /// - Parameters:
    ///   - controller: Who tells, for example `agenttask.io/operator`.
    ///   - instance: Which process of it, for example the pod's name; cut to 128 bytes.
    ///   - stopBudget: How long a stop may take for writing what has been told before it.
    public init(
        client: KubernetesClient,
        controller: String,
        instance: String,
        environment: RuntimeEnvironment = RuntimeEnvironment(),
        stopBudget: Duration = .seconds(2)
    ) {
        self.client = client
        self.controller = controller.prefix(utf8Bytes: 128)
        self.instance = instance.prefix(utf8Bytes: 128)
        self.environment = environment
        self.stopBudget = stopBudget
        shared = EventQueue(registry: environment.metrics)
    }

    /// Tells that something happened to `object`.
    ///
    /// - Parameters:
    ///   - reason: Why, in UpperCamelCase, for machines; cut to 128 bytes.
    ///   - action: What was done or tried, in UpperCamelCase; cut to 128 bytes.
    ///   - note: For people; cut to 1024 bytes.
    public func record(_ type: EventType, about object: some Resource, reason: String, action: String, note: String) {
        let kind = Swift.type(of: object).groupVersionKind
        let reference = ObjectReference(
            apiVersion: kind.apiVersion,
            kind: kind.kind,
            name: object.metadata.name,
            namespace: object.metadata.namespace,
            resourceVersion: nil,
            uid: object.metadata.uid
        )
        let identity = Occurrence.Identity(
            regarding: reference,
            type: type,
            reason: reason.prefix(utf8Bytes: 128),
            action: action.prefix(utf8Bytes: 128)
        )
        shared.put(Occurrence(identity: identity, note: note.prefix(utf8Bytes: 1024), time: environment.time.wallNow()))
    }

    /// Writes events until the task is canceled, and after that those that wait, within the stop budget.
    public func run() async throws {
        shared.open()
        let tasks = Locked<(writing: Task<Void, Never>?, waiting: Task<Void, Never>?)>((nil, nil))
        await withTaskCancellationHandler {
            // Not a child task: the cancellation of this one would reach it before it has written what waits. Begun when a stop can be heard.
            let writing = Task(executorPreference: environment.executor) { await write() }
            tasks.withLock { $0.writing = writing }
            await writing.value
        } onCancel: {
            shared.close()
            // A canceled task cannot sleep, so another one does.
            let waiting = Task(executorPreference: environment.executor) { [environment, stopBudget] in
                do { try await environment.time.sleep(for: stopBudget) } catch { return }  // all is written
                tasks.withLock { $0.writing }?.cancel()
            }
            tasks.withLock { $0.waiting = waiting }
        }
        tasks.withLock { $0.waiting }?.cancel()
        shared.clear()
    }

    private func write() async {
        var correlation = EventCorrelation()
        var names: [UInt64: (namespace: String, name: String)] = [:]
        while let occurrence = await shared.next() {
            let decision = correlation.decide(occurrence.identity, now: environment.time.now())
            switch decision {
            case .create(let number):
                if let name = await create(occurrence, number: number) {
                    names[number] = name
                    // Names of series that have ended are of no more use; the numbers only grow.
                    if names.count > 4096, let oldest = names.keys.min() { names.removeValue(forKey: oldest) }
                } else {
                    correlation.forget(occurrence.identity)
                }
            case .count(let number, let count):
                let name = names[number]
                let isWritten = if let name { await write(count: count, of: occurrence, to: name) } else { false }
                if !isWritten { correlation.forget(occurrence.identity) }
            case .counted: break
            case .tooMany: shared.countDropped("rate")
            }
        }
    }

    private func create(_ occurrence: Occurrence, number: UInt64) async -> (namespace: String, name: String)? {
        let regarding = occurrence.identity.regarding
        let namespace = regarding.namespace ?? "default"
        // client-go's form: the object's name and a time in hexadecimal; the number keeps two in one microsecond apart.
        let suffix = String(UInt64(bitPattern: occurrence.time.microseconds) &* 1000 &+ number % 1000, radix: 16)
        let name = (regarding.name ?? "unknown").prefix(utf8Bytes: 230) + "." + suffix
        var event = KubernetesEvents.Event(metadata: ObjectMeta(name: name, namespace: namespace))
        event.type = occurrence.identity.type.rawValue
        event.reason = occurrence.identity.reason
        event.action = occurrence.identity.action
        event.note = occurrence.note
        event.regarding = regarding
        event.eventTime = occurrence.time.microTime
        event.reportingController = controller
        event.reportingInstance = instance
        let isWritten = await send(occurrence) { () throws(ClientError) in _ = try await client.create(event) }
        return isWritten ? (namespace, name) : nil
    }

    private func write(count: Int32, of occurrence: Occurrence, to target: (namespace: String, name: String)) async -> Bool {
        var series = JSONObject()
        series["count"] = .int(count)
        series["lastObservedTime"] = .string(occurrence.time.microTime.description)
        var patch = JSONObject()
        patch["series"] = .object(series)
        return await send(occurrence) { () throws(ClientError) in
            _ = try await client.patch(
                KubernetesEvents.Event.self,
                name: target.name,
                namespace: target.namespace,
                .merge(.object(patch))
            )
        }
    }

    /// Sends until the server has answered, or there is no use in it any more; later events wait.
    ///
    /// - Returns: Whether the event is written.
    private func send(_ occurrence: Occurrence, _ request: () async throws(ClientError) -> Void) async -> Bool {
        var retry = EventRetry()
        while true {
            do throws(ClientError) {
                try await request()
                return true
            } catch {
                if retry.isRepeated, error.isAlreadyExists { return true }
                // A stop has no time for waits: others wait to be written as well.
                guard !shared.isClosed, let delay = retry.delay(after: error, share: environment.random.share()) else {
                    drop(occurrence, because: error)
                    return false
                }
                // Canceled: the recorder stops.
                do { try await environment.time.sleep(for: delay) } catch { return false }
            }
        }
    }

    private func drop(_ occurrence: Occurrence, because error: ClientError) {
        guard !error.isCanceled else { return }
        shared.countDropped(EventRetry.mayPass(error) ? "unreachable" : "refused")
        environment.logger.debug("event not written: \(error)", metadata: ["reason": "\(occurrence.identity.reason)"])
    }
}
