// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

extension RequestHandler {
    /// The scale subresource of a custom resource: an `autoscaling/v1` Scale that stands for some of its members.
    func scale(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        guard let scale = (call.definition.strategy as? CustomResourceStrategy)?.scale else { throw .pathNotFound }
        let form = try ContentNegotiation.form(accept: call.request.accept, isTransformable: false)
        guard let entry = store.entry(call.key) else { throw .notFound(call.resource, name: call.key.name) }
        if call.request.method == "GET" {
            let shown = try scale.scale(of: ObjectRenderer(call.definition).object(entry))
            return APIResponse(contentType: form.contentType, body: .bytes(shown.serialized()))
        }
        let isPatch = call.request.method == "PATCH"
        let write = try WriteParameters(call.request.query, kind: isPatch ? "PatchOptions" : "UpdateOptions", isPatch: isPatch)
        let change = try scaleChange(call)
        // Behind the Scale it is an ordinary update of the object.
        var whole = call
        whole.path.subresource = nil
        let context = context(whole, verb: .patch, write: write)
        let view = AdmissionView(
            subresource: "scale",
            kind: GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale"),
            shown: { (object) throws(StatusError) in try scale.scale(of: object, requiresReplicas: false) },
            merged: { shown, whole in
                var object = scale.apply(shown, to: whole)
                object["metadata"]?["resourceVersion"] = shown["metadata"]?["resourceVersion"]
                return object
            }
        )
        let updated = try await update(whole, view: view, context: context) { (old) throws(StatusError) in
            let wanted = try change(try scale.scale(of: old, requiresReplicas: false))
            var new = scale.apply(wanted, to: old)
            new["metadata"]?["resourceVersion"] = wanted["metadata"]?["resourceVersion"]
            return (new, [])
        }
        let object: JSONValue
        switch updated.result {
        case .stored(let entry): object = try ObjectRenderer(call.definition).object(entry)
        case .imagined(let imagined): object = imagined
        }
        return APIResponse(
            contentType: form.contentType,
            body: .bytes(try scale.scale(of: object).serialized()),
            warnings: updated.warnings
        )
    }

    /// The Scale that a PUT or PATCH wants, made from the present one.
    private func scaleChange(_ call: ResourceRequest) throws(StatusError) -> (JSONValue) throws(StatusError) -> JSONValue {
        guard call.request.body.count <= Self.maximumBodyBytes else { throw .tooLarge(limit: Self.maximumBodyBytes) }
        if call.request.method == "PATCH" {
            let type = call.request.contentType.flatMap { MediaType($0[...]) }.flatMap { PatchType(rawValue: $0.essence) }
            guard let type else { throw .unsupportedPatch }
            let patch = try PatchRequest(type: type, body: call.request.body, strategy: call.definition.strategy)
            return { (scale) throws(StatusError) in try patch.apply(to: scale) }
        }
        let body: JSONValue
        do {
            body = try JSONValue(parsing: call.request.body)
        } catch {
            throw .badRequest("couldn't get version/kind; json parse error: " + GoJSONSyntax.message(for: call.request.body))
        }
        let kind = body["kind"]?.string ?? "Scale"
        let apiVersion = body["apiVersion"]?.string ?? "autoscaling/v1"
        guard kind == "Scale", apiVersion == "autoscaling/v1" else {
            throw .badRequest(
                "no kind is registered for the type \(apiVersion.split(separator: "/").last ?? "").\(kind) in scheme "
                    + "\"k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go:781\""
            )
        }
        let name = body["metadata"]?["name"]?.string ?? ""
        guard name == call.key.name else {
            throw .badRequest("the name of the object (\(name)) does not match the name on the URL (\(call.key.name))")
        }
        return { _ in body }
    }
}
