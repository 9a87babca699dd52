// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// Decides whether objects of a kind may be stored as they are.
///
/// To refuse, throw an ``AdmissionDenial``. Any other error is answered with 500, and the request is refused too. Handlers run on threads of
/// their own and may block; one that is still running when the API server's timeout has passed is canceled.
public protocol Validator<Object>: Sendable {
    /// What is validated.
    associatedtype Object: Resource

    /// An object is about to be created.
    func validateCreate(_ object: Object, context: AdmissionContext) async throws

    /// An object is about to be changed, a subresource of it included (`context.request.subResource`).
    func validateUpdate(_ object: Object, old: Object, context: AdmissionContext) async throws

    /// An object is about to be deleted.
    func validateDelete(_ object: Object, context: AdmissionContext) async throws
}

extension Validator {
    /// Allows every deletion.
    public func validateDelete(_ object: Object, context: AdmissionContext) async throws {}
}
