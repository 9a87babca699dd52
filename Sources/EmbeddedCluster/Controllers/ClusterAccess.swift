// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON
import KubernetesMeta

/// What the cluster's own controllers do to objects: the same pipeline as requests, without HTTP around it.
package struct ClusterAccess: Sendable {
    let handler: RequestHandler

    static let user = UserInfo(
        name: "system:kube-controller-manager",
        uid: "",
        groups: ["system:masters", "system:authenticated"]
    )

    var now: Time { Time(handler.clock.wallNow()) }

    func entry(_ key: StorageKey) -> ObjectEntry? { handler.store.entry(key) }

    func entries(_ id: ResourceID, namespace: String? = nil) -> [ObjectEntry] {
        handler.store.read { $0.entries(id, namespace: namespace) }
    }

    /// The resources that hold objects, in a fixed order.
    func resources() -> [ResourceID] {
        handler.store.read { $0.resources }.sorted { ($0.group, $0.resource) < ($1.group, $1.resource) }
    }

    /// Whether a resource has a definition.
    func isServed(_ id: ResourceID) -> Bool { handler.currentRegistry.storageDefinition(id) != nil }

    /// Takes the finalizers of an empty namespace away, which removes it.
    func finalize(_ key: StorageKey) async throws(StatusError) {
        guard let definition = handler.currentRegistry.storageDefinition(key.resourceID) else { return }
        var call = request(definition, namespace: nil, name: key.name, method: "PUT")
        call.path.subresource = "finalize"
        do throws(StatusError) {
            _ = try await handler.setFinalizers([], version: "", call, context: handler.context(call, verb: .update))
        } catch {
            // Conflict: something came into the namespace; its end is seen as a change.
            guard error.code == 404 || error.code == 409 else { throw error }
        }
    }

    /// Creates an object whose kind and namespace are in it.
    func create(_ object: JSONValue) async throws(StatusError) {
        let registry = handler.currentRegistry
        guard
            let definition = registry.definition(
                apiVersion: object["apiVersion"]?.string ?? "",
                kind: object["kind"]?.string ?? ""
            )
        else { throw .pathNotFound }
        let namespace = object["metadata"]?["namespace"]?.string
        let call = request(definition, namespace: namespace, name: nil, method: "POST")
        let context = handler.context(call, verb: .create)
        let decoded = try definition.strategy.decode(object, duplicates: [], context: context)
        _ = try await handler.create(decoded.object, call, context: context)
    }

    /// Changes an object; `change` is called again when someone else was faster. Objects that are gone stay gone.
    ///
    /// - Parameter subresource: Which part is written, e.g. `status`.
    func update(
        _ key: StorageKey,
        subresource: String? = nil,
        _ change: @Sendable (inout JSONValue) -> Void
    ) async throws(StatusError) {
        guard let definition = handler.currentRegistry.storageDefinition(key.resourceID) else { return }
        var call = request(definition, namespace: key.namespace, name: key.name, method: "PUT")
        call.path.subresource = subresource
        var context = handler.context(call, verb: .patch)
        context.subresource = subresource
        do throws(StatusError) {
            _ = try await handler.update(call, context: context) { (old) throws(StatusError) in
                var object = old
                change(&object)
                return (object, [])
            }
        } catch {
            guard error.code == 404 else { throw error }
        }
    }

    /// Deletes an object; one that is gone, or that was made anew under another UID, is left alone.
    func delete(
        _ key: StorageKey,
        uid: String? = nil,
        resourceVersion: UInt64? = nil,
        propagation: DeletionOptions.Propagation? = nil,
        gracePeriodSeconds: Int64? = nil
    ) async throws(StatusError) {
        guard let definition = handler.currentRegistry.storageDefinition(key.resourceID) else { return }
        let call = request(definition, namespace: key.namespace, name: key.name, method: "DELETE")
        let options = DeletionOptions(
            uid: uid,
            resourceVersion: resourceVersion.map(String.init),
            propagation: propagation,
            gracePeriodSeconds: gracePeriodSeconds
        )
        do throws(StatusError) {
            _ = try await handler.delete(call, options: options, context: handler.context(call, verb: .delete))
        } catch {
            guard error.code == 404 || error.code == 409 else { throw error }
        }
    }

    /// Deletes an object without looking at its kind: for objects whose definition is gone.
    func purge(_ entry: ObjectEntry) async throws(StatusError) {
        do {
            _ = try await handler.store.commit([
                PendingWrite(key: entry.key, expectation: .revision(entry.modRevision), object: nil)
            ])
        } catch {
            try RequestHandler.rethrow(error)
        }
    }

    /// Binds a pod to a node.
    func bind(_ pod: StorageKey, to node: String) async throws(StatusError) {
        guard let definition = handler.currentRegistry.storageDefinition(pod.resourceID) else { return }
        var call = request(definition, namespace: pod.namespace, name: pod.name, method: "POST")
        call.path.subresource = "binding"
        let binding: JSONValue = [
            "apiVersion": "v1", "kind": "Binding", "metadata": ["name": .string(pod.name)],
            "target": ["kind": "Node", "name": .string(node)],
        ]
        call.request.body = binding.serialized()
        do throws(StatusError) {
            _ = try await handler.bind(call)
        } catch {
            guard error.code == 404 || error.code == 409 else { throw error }
        }
    }

    private func request(_ definition: ResourceDefinition, namespace: String?, name: String?, method: String) -> ResourceRequest {
        let head = HTTPRequest(method: HTTPRequest.Method(method) ?? .get, scheme: nil, authority: nil, path: "/")
        var path = ResourcePath(group: definition.group, version: definition.version, resource: definition.plural)
        path.namespace = definition.scope == .namespaced ? namespace : nil
        path.name = name
        return ResourceRequest(request: APIRequest(head, body: [], user: Self.user), path: path, definition: definition)
    }
}
