// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesJSON
import KubernetesMeta
import Logging

/// Asks the registered webhooks about requests.
struct WebhookDispatcher: Sendable {
    let directory: Locked<WebhookDirectory>
    let caller: (any WebhookCaller)?
    let limits: WebhookLimits
    let gate: WebhookGate
    let clock: ClusterClock
    let store: ObjectStore
    let newUID: @Sendable () -> String
    let logger: Logger

    var hasMutating: Bool { directory.withLock { !$0.mutating.isEmpty } }
    var hasValidating: Bool { directory.withLock { !$0.validating.isEmpty } }

    /// What mutating webhooks made of an object.
    struct Mutation: Sendable {
        /// Nil when nothing changed.
        var object: JSONValue?
        var warnings: [String]
    }

    /// Asks the mutating webhooks, one after the other; each sees what those before it made of the object.
    ///
    /// - Parameters:
    ///   - deadline: For all of them together, on the cluster's clock.
    ///   - equivalents: What else serves the object.
    ///   - reading: Makes a patched object one of its kind again: defaults, dropped fields.
    func mutate(
        _ attributes: AdmissionAttributes,
        equivalents: [WebhookMatching.Target],
        deadline: Duration,
        reading: @Sendable (JSONValue) throws(StatusError) -> JSONValue
    ) async throws(StatusError) -> Mutation {
        let webhooks = directory.withLock { $0.mutating }
        guard !webhooks.isEmpty, !attributes.isExempt else { return Mutation(warnings: []) }
        let matching = matching(attributes, equivalents)
        var current = attributes
        var warnings: [String] = []
        var state = ReinvocationState()
        do throws(StatusError) {
            for round in 0...1 {
                let again = state.outdated
                if round == 1, again.isEmpty { break }
                for webhook in webhooks where round == 0 || again.contains(webhook.id) {
                    guard let target = try matching.target(of: webhook, current) else { continue }
                    let patch = try await patch(from: webhook, target, current, deadline: deadline, warnings: &warnings)
                    let changed = try patch.flatMap { (patch) throws(StatusError) in
                        try Self.apply(patch, by: webhook, target, to: current, reading: reading)
                    }
                    if let changed { current.object = changed }
                    state.record(webhook, hasChangedObject: changed != nil)
                }
            }
        } catch {
            throw error.adding(warnings: warnings)
        }
        if current.object == attributes.object { return Mutation(warnings: warnings) }
        return Mutation(object: current.object, warnings: warnings)
    }

    /// Asks the validating webhooks, all at once.
    ///
    /// - Returns: Their warnings.
    /// - Throws: The refusal of the first, in their order, that refuses.
    func validate(
        _ attributes: AdmissionAttributes,
        equivalents: [WebhookMatching.Target],
        deadline: Duration
    ) async throws(StatusError) -> [String] {
        let webhooks = directory.withLock { $0.validating }
        guard !webhooks.isEmpty, !attributes.isExempt else { return [] }
        let matching = matching(attributes, equivalents)
        var asked: [(RegisteredWebhook, WebhookMatching.Target)] = []
        for webhook in webhooks {
            if let target = try matching.target(of: webhook, attributes) { asked.append((webhook, target)) }
        }
        guard !asked.isEmpty else { return [] }
        let outcomes = await withTaskGroup(of: (Int, Outcome).self) { group in
            for (index, (webhook, target)) in asked.enumerated() {
                group.addTask {
                    (index, await outcome(webhook, target, attributes, isMutating: false, deadline: deadline))
                }
            }
            var outcomes = [Outcome?](repeating: nil, count: asked.count)
            for await (index, outcome) in group { outcomes[index] = outcome }
            return outcomes.compactMap(\.self)
        }
        let warnings = outcomes.flatMap(\.warnings)
        if let refusal = outcomes.compactMap(\.refusal).first { throw refusal.adding(warnings: warnings) }
        return warnings
    }

    // MARK: One webhook

    private struct Outcome: Sendable {
        var patch: WebhookPatch?
        var warnings: [String] = []
        var refusal: StatusError?
    }

    private func patch(
        from webhook: RegisteredWebhook,
        _ target: WebhookMatching.Target,
        _ attributes: AdmissionAttributes,
        deadline: Duration,
        warnings: inout [String]
    ) async throws(StatusError) -> WebhookPatch? {
        let outcome = await outcome(webhook, target, attributes, isMutating: true, deadline: deadline)
        warnings += outcome.warnings
        if let refusal = outcome.refusal { throw refusal }
        return outcome.patch
    }

    /// Asks one webhook, and applies its failurePolicy when there is no verdict.
    private func outcome(
        _ webhook: RegisteredWebhook,
        _ target: WebhookMatching.Target,
        _ attributes: AdmissionAttributes,
        isMutating: Bool,
        deadline: Duration
    ) async -> Outcome {
        guard clock.monotonicNow() < deadline else { return Outcome(refusal: .requestTimeout) }
        do throws(WebhookFailure) {
            if webhook.hasConditions { throw WebhookFailure(Self.conditions) }
            let uid = newUID()
            let answer = try await call(webhook, target, attributes, uid: uid, deadline: deadline)
            let content = try AdmissionAnswer(answer, uid: uid, webhook: webhook.name, isMutating: isMutating)
            switch content.verdict {
            case .denied(let refusal): return Outcome(warnings: content.warnings, refusal: refusal)
            case .allowed(let patch, let type):
                guard !patch.isEmpty else { return Outcome(warnings: content.warnings) }
                let decoded = try WebhookPatch(patch)
                guard decoded.isEmpty || type == "JSONPatch" else {
                    throw WebhookFailure("unsupported patch type \(GoText.quoted(type))")
                }
                return Outcome(patch: decoded.isEmpty ? nil : decoded, warnings: content.warnings)
            }
        } catch {
            if webhook.ignoresFailures {
                logger.warning(
                    "a webhook failed and is ignored",
                    metadata: ["webhook": "\(webhook.name)", "reason": "\(error.reason)"]
                )
                return Outcome()
            }
            return Outcome(refusal: error.refusal(by: webhook.name))
        }
    }

    private static let conditions =
        "its matchConditions are expressions (CEL), which this cluster does not evaluate; leave them out, or use rules and selectors"

    private func call(
        _ webhook: RegisteredWebhook,
        _ target: WebhookMatching.Target,
        _ attributes: AdmissionAttributes,
        uid: String,
        deadline: Duration
    ) async throws(WebhookFailure) -> WebhookAnswer {
        guard webhook.reviewVersions.contains("v1") else {
            throw .call("the webhook understands \(webhook.reviewVersions), this cluster speaks v1")
        }
        let failure = "Post \(GoText.quoted(webhook.address)): "
        guard let caller else { throw .call(failure + "this cluster was made without a way to call webhooks") }
        let question = AdmissionReview.question(attributes.converted(to: target), target: target, uid: uid)
        let call = WebhookCall(
            target: webhook.callTarget,
            url: webhook.address,
            authorities: webhook.authorities,
            body: question.serialized(),
            timeout: .seconds(webhook.timeoutSeconds),
            maximumAnswerBytes: limits.answerBytes,
            resolve: { [store] () throws(WebhookCallError) in try webhook.resolve(in: store) }
        )
        let result = await within(min(deadline, clock.monotonicNow() + call.timeout)) {
            await gate.run { await Self.answer(to: call, by: caller) }
        }
        switch result {
        case .success(let answer)?:
            guard answer.body.count <= limits.answerBytes else {
                throw .call("the answer is larger than the \(limits.answerBytes) bytes that are accepted here")
            }
            return answer
        case .failure(let error)?: throw .call(failure + error.description)
        case nil: throw .call(failure + WebhookCallError.deadlineExceeded.description)
        }
    }

    private static func answer(to call: WebhookCall, by caller: any WebhookCaller) async -> Result<
        WebhookAnswer, WebhookCallError
    > {
        do throws(WebhookCallError) {
            return .success(try await caller.call(call))
        } catch {
            return .failure(error)
        }
    }

    /// The result of `body`, or nil at the deadline, when `body` is cancelled.
    private func within<Value: Sendable>(_ deadline: Duration, _ body: @escaping @Sendable () async -> Value?) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await body() }
            group.addTask {
                await clock.wait(until: deadline)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    // MARK: Objects

    /// The object with a patch; nil when it stays as it is.
    private static func apply(
        _ patch: WebhookPatch,
        by webhook: RegisteredWebhook,
        _ target: WebhookMatching.Target,
        to attributes: AdmissionAttributes,
        reading: (JSONValue) throws(StatusError) -> JSONValue
    ) throws(StatusError) -> JSONValue? {
        guard attributes.object != nil, let shown = attributes.converted(to: target).object else {
            throw .internalError(
                "admission webhook \(GoText.quoted(webhook.name)) attempted to modify the object, which is not supported for this operation"
            )
        }
        var patched = try patch.apply(to: shown)
        if target.kind != attributes.kind, patched["apiVersion"]?.string == target.kind.apiVersion {
            patched["apiVersion"] = .string(attributes.kind.apiVersion)
        }
        let object = try reading(patched)
        if object == attributes.object { return Optional.none }
        return object
    }

    private func matching(_ attributes: AdmissionAttributes, _ equivalents: [WebhookMatching.Target]) -> WebhookMatching {
        let labels = attributes.namespace.isEmpty ? nil : store.entry(.namespace(attributes.namespace))?.parts.labels
        return WebhookMatching(equivalents: equivalents, namespaceLabels: labels)
    }
}

extension AdmissionAttributes {
    /// With the objects in another version (conversion None: only `apiVersion` differs).
    fileprivate func converted(to target: WebhookMatching.Target) -> AdmissionAttributes {
        guard target.kind != kind else { return self }
        var result = self
        if result.object != nil { result.object?["apiVersion"] = .string(target.kind.apiVersion) }
        if result.oldObject != nil { result.oldObject?["apiVersion"] = .string(target.kind.apiVersion) }
        return result
    }
}

extension RegisteredWebhook {
    fileprivate var callTarget: WebhookCall.Target {
        switch client {
        case .url(let url): .url(url)
        case .service(let service): .service(service)
        }
    }

    fileprivate func resolve(in store: ObjectStore) throws(WebhookCallError) -> WebhookAddress {
        switch client {
        case .url(let text):
            guard let url = WebhookURL(text) else { throw WebhookCallError("the URL names no host and port") }
            return WebhookAddress(host: url.host, port: url.port, serverName: url.host)
        case .service(let service):
            func object(_ resource: String) throws(WebhookCallError) -> JSONValue? {
                let key = StorageKey(group: "", resource: resource, namespace: service.namespace, name: service.name)
                do throws(StatusError) {
                    return try store.entry(key)?.object()
                } catch {
                    throw WebhookCallError(error.message)
                }
            }
            return try ServiceEndpoint(service: object("services"), endpoints: object("endpoints")).address(of: service)
        }
    }
}

extension StatusError {
    /// The answer when the time of the whole request is over.
    static var requestTimeout: StatusError {
        StatusError(
            code: 504,
            reason: "Timeout",
            message: "Timeout: request did not complete within requested timeout - context deadline exceeded",
            details: .object([:])
        )
    }

    func adding(warnings: [String]) -> StatusError {
        var error = self
        error.warnings = warnings + error.warnings
        return error
    }
}
