// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesClient
import KubernetesJSON
public import KubernetesMeta

extension ReconcileContext {
    /// Reconciles an object that must not go before something outside of it has been cleaned up.
    ///
    /// What holds: `apply` is called only with an object that has the finalizer, as passed or just written, so whatever it makes is cleaned
    /// up, unless somebody else takes the finalizer away; `cleanUp` is called
    /// again until it says that it is done, and only then the finalizer is taken away. An object that is being deleted and does not have
    /// the finalizer is left alone: it has been cleaned up, or was never applied.
    ///
    /// - Parameters:
    ///   - finalizer: A name with a domain, as `example.com/bucket`.
    ///   - object: As the cache has it.
    ///   - apply: Makes what the object asks for. It is given the object as it is stored.
    ///   - cleanUp: Removes all that `apply` has made, and is content when it is gone already. `.done` lets the object go; with any other
    ///     result it stays.
    /// - Returns: What `apply` or `cleanUp` returned.
    /// - Throws: What they throw, and `ClientError`: a conflict when the object has changed meanwhile, which the next reconcile sees.
    public func withFinalizer<R: Resource>(
        _ finalizer: String,
        on object: R,
        client: KubernetesClient,
        apply: (R) async throws -> ReconcileResult,
        cleanUp: (R) async throws -> ReconcileResult
    ) async throws -> ReconcileResult {
        let isThere = object.metadata.hasFinalizer(finalizer)
        guard object.metadata.isBeingDeleted else {
            if isThere { return try await apply(object) }
            var metadata = object.metadata
            metadata.addFinalizer(finalizer)
            return try await apply(try await write(metadata.finalizers ?? [], on: object, client: client))
        }
        guard isThere else { return .done }
        let result = try await cleanUp(object)
        guard case .done = result else { return result }
        var metadata = object.metadata
        metadata.removeFinalizer(finalizer)
        do throws(ClientError) {
            _ = try await write(metadata.finalizers ?? [], on: object, client: client)
        } catch {
            // Gone: somebody else took the last finalizer away.
            if !error.isNotFound { throw error }
        }
        return .done
    }

    /// The resourceVersion makes it a conflict, when others have changed the list meanwhile, or the object is another one of the name.
    private func write<R: Resource>(_ finalizers: [String], on object: R, client: KubernetesClient) async throws(ClientError) -> R
    {
        let patch: JSONValue = [
            "metadata": [
                "finalizers": .array(finalizers.map { .string($0) }),
                "resourceVersion": .string(object.metadata.resourceVersion ?? ""),
            ]
        ]
        let name = object.metadata.name ?? ""
        return wrote(try await client.patch(R.self, name: name, namespace: object.metadata.namespace, .merge(patch)))
    }
}
