// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAdmission
import KubernetesClient
import KubernetesJSON
import KubernetesMeta
import Logging

/// Turns an AdmissionReview with a request into one with a response.
struct AdmissionHandler: Sendable {
    /// Says yes, or throws.
    let decide: @Sendable (AdmissionContext) async throws -> AdmissionVerdict

    static func validating<V: Validator>(_ validator: V) -> AdmissionHandler {
        AdmissionHandler { context in
            let request = context.request
            switch request.operation {
            case "CREATE": try await validator.validateCreate(read(request.object, "object", request), context: context)
            case "UPDATE":
                let object: V.Object = try read(request.object, "object", request)
                let old: V.Object = try read(request.oldObject, "oldObject", request)
                try await validator.validateUpdate(object, old: old, context: context)
            case "DELETE": try await validator.validateDelete(read(request.oldObject, "oldObject", request), context: context)
            case "CONNECT": break
            default: throw badRequest("the operation '\(request.operation)' is not known here")
            }
            return .allowed
        }
    }

    static func defaulting<D: Defaulter>(_ defaulter: D) -> AdmissionHandler {
        AdmissionHandler { context in
            let request = context.request
            guard request.operation == "CREATE" || request.operation == "UPDATE", let original = request.object else {
                return .allowed
            }
            var object: D.Object = try read(original, "object", request)
            let before = JSONValue(encoding: object)
            try await defaulter.applyDefaults(to: &object, context: context)
            let patch = JSONDifference.operations(from: before, to: JSONValue(encoding: object), on: original)
            return patch.isEmpty ? .allowed : .patched(patch)
        }
    }

    /// The answer to a review.
    ///
    /// - Parameter name: The webhook's, for messages.
    /// - Throws: `CancellationError` when the handler was canceled and says so.
    func response(to request: AdmissionRequest, name: String, logger: Logger) async throws -> AdmissionReview {
        let context = AdmissionContext(request: request, logger: logger)
        var response = AdmissionResponse(allowed: true, uid: request.uid)
        do {
            if case .patched(let operations) = try await decide(context), !operations.isEmpty {
                response.patch = Base64Data(JSON.encode(JSONValue.array(operations.map(\.document))))
                response.patchType = "JSONPatch"
            }
        } catch let denial as AdmissionDenial {
            response.allowed = false
            response.status = denial.status
        } catch let error as CancellationError where Task.isCancelled {
            throw error
        } catch {
            logger.error("the webhook failed, the request is refused: \(error)")
            response.allowed = false
            response.status = AdmissionDenial("the webhook \(name) failed: \(error)", code: 500, reason: "InternalError").status
        }
        (response.warnings, response.auditAnnotations) = context.said
        return AdmissionReview(response: response)
    }

    private static func read<Object: Resource>(_ value: JSONValue?, _ field: String, _ request: AdmissionRequest) throws -> Object
    {
        guard let value else { throw badRequest("the request has no \(field)") }
        do { return try value.decoded(as: Object.self) } catch {
            let name = [request.namespace, request.name].compactMap { $0 }.joined(separator: "/")
            throw badRequest("the \(field) \(name) cannot be read as \(Object.groupVersionKind.kind): \(error)")
        }
    }

    private static func badRequest(_ message: String) -> AdmissionDenial {
        AdmissionDenial(message, code: 400, reason: "BadRequest")
    }
}
