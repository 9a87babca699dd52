// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesJSON
import KubernetesMeta

extension RequestHandler {
    // MARK: Binding

    /// Puts a pod on a node, once.
    func bind(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        let form = try ContentNegotiation.form(accept: call.request.accept, isTransformable: false)
        let write = try WriteParameters(call.request.query, kind: "CreateOptions")
        let binding = try subresourceBody(call, kind: "Binding", apiVersions: ["v1"])
        var target = call
        if call.isBindingCollection { target = try podRequest(call, name: binding["metadata"]?["name"]?.string ?? "") }
        let name = target.path.name ?? ""
        if let given = binding["metadata"]?["name"]?.string, given != name {
            throw .badRequest("name in URL does not match name in Binding object")
        }
        var context = context(target, verb: .update, write: write)
        context.subresource = "binding"
        let kind = GroupVersionKind(group: "", version: "v1", kind: "Binding")
        let admitted = try await admitPart(binding, kind, subresource: "binding", of: target, context: context)
        let errors = Self.bindingErrors(admitted.object)
        guard errors.isEmpty else {
            // A real server forgets to make an Invalid of it.
            throw StatusError(code: 500, reason: "", message: errors.map(\.message).joined(separator: ", "))
        }
        guard store.entry(target.key) != nil else { throw .notFound(QualifiedName(group: "", name: "pods"), name: name) }
        let node = admitted.object["target"]?["name"]?.string ?? ""
        try await bind(target, to: node, binding: admitted.object, context: context)
        let status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": .object([:]), "status": "Success", "code": 201,
        ]
        return APIResponse(
            status: 201,
            contentType: form.contentType,
            body: .bytes(status.serialized()),
            warnings: admitted.warnings
        )
    }

    /// Asks the webhooks about an object that is not stored but does something to a pod.
    private func admitPart(
        _ object: JSONValue,
        _ kind: GroupVersionKind,
        subresource: String,
        of call: ResourceRequest,
        context: RequestContext
    ) async throws(StatusError) -> (object: JSONValue, warnings: [String]) {
        guard webhooks.hasMutating || webhooks.hasValidating else { return (object, []) }
        var object = object
        object["apiVersion"] = .string(kind.apiVersion)
        object["kind"] = .string(kind.kind)
        if object["metadata"]?.object == nil { object["metadata"] = .object([:]) }
        object["metadata"]?["name"] = .string(call.key.name)
        object["metadata"]?["namespace"] = .string(call.key.namespace)
        let view = AdmissionView(
            subresource: subresource,
            kind: kind,
            shown: { (object) throws(StatusError) in object },
            merged: { shown, _ in shown }
        )
        var attributes = admission(.create, call, view: view, name: call.key.name, object: object, context: context)
        let mutation = try await mutate(attributes, call, isWhole: false, context: context)
        if let mutated = mutation.object { attributes.object = mutated }
        do throws(StatusError) {
            let verdict = try await validate(attributes, call, context: context)
            return (attributes.object ?? object, mutation.warnings + verdict)
        } catch {
            throw error.adding(warnings: mutation.warnings)
        }
    }

    private static func bindingErrors(_ binding: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        let kind = binding["target"]?["kind"]?.string ?? ""
        if kind != "Node", !kind.isEmpty { errors.append(.notSupported("target.kind", .string(kind), ["Node", "<empty>"])) }
        if (binding["target"]?["name"]?.string ?? "").isEmpty { errors.append(.required("target.name")) }
        return errors
    }

    private func podRequest(_ call: ResourceRequest, name: String) throws(StatusError) -> ResourceRequest {
        guard let pods = currentRegistry.definition(group: "", version: "v1", plural: "pods") else { throw .pathNotFound }
        var target = call
        target.definition = pods
        target.path.resource = "pods"
        target.path.name = name
        return target
    }

    private func bind(
        _ call: ResourceRequest,
        to node: String,
        binding: JSONValue,
        context: RequestContext
    ) async throws(StatusError) {
        for _ in 1...Self.maximumAttempts {
            guard let entry = store.entry(call.key) else { throw .notFound(call.resource, name: call.key.name) }
            var pod = try entry.object()
            try checkBindable(pod, call, node: node, uid: binding["metadata"]?["uid"]?.string ?? "")
            pod["spec"]?["nodeName"] = .string(node)
            for field in ["labels", "annotations"] {
                for (key, value) in binding["metadata"]?[field]?.object ?? [:] {
                    if pod["metadata"]?[field] == nil { pod["metadata"]?[field] = .object([:]) }
                    pod["metadata"]?[field]?[key] = value
                }
            }
            PodConditions.set("PodScheduled", status: "True", in: &pod, now: context.now)
            if context.dryRun { return }
            let write = PendingWrite(
                key: call.key,
                expectation: .revision(entry.modRevision),
                object: encode(pod, call.definition)
            )
            do {
                _ = try await store.commit([write])
                return
            } catch {
                try Self.rethrow(error)
            }
        }
        throw .modified(call.resource, name: call.key.name)
    }

    private func checkBindable(_ pod: JSONValue, _ call: ResourceRequest, node: String, uid: String) throws(StatusError) {
        let resource = QualifiedName(group: "", name: "pods/binding")
        let name = call.key.name
        if !uid.isEmpty, uid != pod["metadata"]?["uid"]?.string {
            throw .conflict(
                resource,
                name: name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(pod["metadata"]?["uid"]?.string ?? "")"
            )
        }
        if pod["metadata"]?["deletionTimestamp"] != nil {
            throw .conflict(resource, name: name, "pod \(name) is being deleted, cannot be assigned to a host")
        }
        if let current = pod["spec"]?["nodeName"]?.string, !current.isEmpty {
            throw .conflict(resource, name: name, "pod \(name) is already assigned to node \(GoText.quoted(current))")
        }
        if !(pod["spec"]?["schedulingGates"]?.array ?? []).isEmpty {
            throw .conflict(resource, name: name, "pod \(name) has non-empty .spec.schedulingGates")
        }
    }

    // MARK: Eviction

    /// Deletes a pod; without disruption budgets nothing stands in the way.
    func evict(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        let form = try ContentNegotiation.form(accept: call.request.accept, isTransformable: false)
        let write = try WriteParameters(call.request.query, kind: "CreateOptions")
        let eviction = try subresourceBody(call, kind: "Eviction", apiVersions: ["policy/v1", "policy/v1beta1"])
        if let given = eviction["metadata"]?["name"]?.string, given != call.path.name {
            throw .badRequest("name in URL does not match name in Eviction object")
        }
        let context = context(call, verb: .create, write: write)
        let kind = GroupVersionKind(group: "policy", version: "v1", kind: "Eviction")
        let admitted = try await admitPart(eviction, kind, subresource: "eviction", of: call, context: context)
        var options = try DeletionOptions(admitted.object["deleteOptions"] ?? .object([:]))
        if write.isDryRun { options.isDryRun = true }
        guard store.entry(call.key) != nil else { throw .notFound(call.resource, name: call.key.name) }
        _ = try await delete(call, options: options, context: context, asksWebhooks: false)
        let status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": .object([:]), "status": "Success", "code": 201,
        ]
        return APIResponse(
            status: 201,
            contentType: form.contentType,
            body: .bytes(status.serialized()),
            warnings: admitted.warnings
        )
    }

    private func subresourceBody(_ call: ResourceRequest, kind: String, apiVersions: [String]) throws(StatusError) -> JSONValue {
        let value: JSONValue
        let body = call.request.body
        do {
            value = body.starts(with: ProtobufReader.prefix) ? try BodyDecoding.protobuf(body) : try JSONValue(parsing: body)
        } catch let error as StatusError {
            throw error
        } catch {
            throw .badRequest(
                "the object provided is unrecognized (must be of type \(kind)): couldn't get version/kind; json parse error: "
                    + GoJSONSyntax.message(for: call.request.body)
            )
        }
        let givenKind = value["kind"]?.string ?? kind
        let given = value["apiVersion"]?.string ?? apiVersions[0]
        if givenKind == kind, apiVersions.contains(given) { return value }
        let version = given.split(separator: "/").last.map(String.init) ?? ""
        throw .badRequest(
            "\(givenKind) in version \(GoText.quoted(version)) cannot be handled as a \(kind): converting (\(version).\(givenKind)) to "
                + "(\(kind == "Eviction" ? "policy" : "core").\(kind)): unknown conversion"
        )
    }

    // MARK: Streams that a node would serve

    /// Exec, attach and port-forward need a node that serves them.
    func refuseStreaming(_ call: ResourceRequest) throws(StatusError) -> APIResponse {
        guard let entry = store.entry(call.key) else { throw .notFound(call.resource, name: call.key.name) }
        guard entry.parts.fields["spec.nodeName"]?.isEmpty == false else {
            throw .badRequest("pod \(call.key.name) does not have a host assigned")
        }
        throw StatusError(
            code: 501,
            reason: "NotImplemented",
            message: "\(call.path.subresource ?? "") is not supported by this cluster: its nodes serve logs only"
        )
    }
}

/// Conditions in a pod's status.
enum PodConditions {
    /// Sets a condition; the transition time changes only with the status.
    static func set(
        _ type: String,
        status: String,
        reason: String? = nil,
        message: String? = nil,
        in pod: inout JSONValue,
        now: Time
    ) {
        var conditions = pod["status"]?["conditions"]?.array ?? []
        let index = conditions.firstIndex { $0["type"]?.string == type }
        var condition: JSONValue = ["type": .string(type), "status": .string(status)]
        condition["lastProbeTime"] = .null
        let before = index.map { conditions[$0] }
        let transition = before?["status"]?.string == status ? before?["lastTransitionTime"] : nil
        condition["lastTransitionTime"] = transition ?? .string(now.description)
        if let reason { condition["reason"] = .string(reason) }
        if let message { condition["message"] = .string(message) }
        if let index { conditions[index] = condition } else { conditions.append(condition) }
        if pod["status"]?.object == nil { pod["status"] = .object([:]) }
        pod["status"]?["conditions"] = .array(conditions)
    }
}
