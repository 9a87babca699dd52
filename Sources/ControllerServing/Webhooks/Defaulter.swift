// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// Fills in what objects of a kind leave out, before they are validated and stored.
///
/// Called for creations and updates, not for deletions. It may be called more than once for one request and should then change nothing
/// more. Fields that `Object` does not know are kept. Errors are those of ``Validator``.
public protocol Defaulter<Object>: Sendable {
    /// What is filled in.
    associatedtype Object: Resource

    /// Changes the object; what is changed goes to the API server as a JSON patch.
    func applyDefaults(to object: inout Object, context: AdmissionContext) async throws
}
