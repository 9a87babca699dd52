// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import KubernetesJSON
public import KubernetesMeta

extension KubernetesClient {
    /// Reads one object.
    ///
    /// - Parameters:
    ///   - namespace: Of a namespaced kind; nil for ``defaultNamespace``.
    public func get<R: Resource>(
        _ type: R.Type,
        name: String,
        namespace: String? = nil,
        options: RequestOptions = RequestOptions()
    ) async throws(ClientError) -> R {
        let path = try ResourcePath(type).object(name, in: namespace ?? defaultNamespace)
        return try await object(ClientRequest(.get, path, options: options))
    }

    /// Reads the objects of a kind.
    ///
    /// - Parameters:
    ///   - namespace: Of a namespaced kind; nil for all namespaces.
    /// - Returns: The objects; with a `metadata.continue` there are more, see ``pages(_:namespace:options:)``.
    public func list<R: Resource>(
        _ type: R.Type,
        namespace: String? = nil,
        options: ListOptions = ListOptions()
    ) async throws(ClientError) -> ResourceList<R> {
        var request = ClientRequest(.get, try ResourcePath(type).collection(in: namespace), options: options.request)
        request.ask(forListOf: type)
        request.query.add(options)
        let answer = try await send(request)
        return try await decode(ResourceList<R>.self, answer.body, of: request)
    }

    /// The pages of a list, each read when it is asked for; together they are one state of the server.
    ///
    /// - Parameters:
    ///   - options: ``ListOptions/limit`` is the size of a page, 500 when nil.
    public func pages<R: Resource>(
        _ type: R.Type,
        namespace: String? = nil,
        options: ListOptions = ListOptions()
    ) -> ListPages<R> {
        ListPages(client: self, namespace: namespace, options: options)
    }

    /// Creates an object in the namespace that its metadata names, or ``defaultNamespace``.
    ///
    /// - Returns: The object as the server stored it.
    public func create<R: Resource>(_ object: R, options: WriteOptions = WriteOptions()) async throws(ClientError) -> R {
        try refuseMetadataOnly(R.self, "create")
        let path = try ResourcePath(R.self).collection(in: object.metadata.namespace ?? defaultNamespace)
        var request = ClientRequest(.post, path, options: options.request)
        request.objectName = object.metadata.name ?? object.metadata.generateName
        request.query.add(completed(options))
        request.setBody(JSON.encode(object), contentType: "application/json")
        return try await self.object(request)
    }

    /// Creates what only exists below an object, such as a pod's `eviction` or `binding`.
    ///
    /// - Returns: The server's answer, often a Status.
    @discardableResult
    public func create<R: Resource>(
        subresource: String,
        of type: R.Type,
        name: String,
        namespace: String? = nil,
        body: JSONValue,
        options: WriteOptions = WriteOptions()
    ) async throws(ClientError) -> JSONValue {
        let path = try ResourcePath(type).object(name, in: namespace ?? defaultNamespace, subresource: subresource)
        var request = ClientRequest(.post, path, options: options.request)
        request.query.add(completed(options))
        request.setBody(JSON.encode(body), contentType: "application/json")
        let answer = try await send(request)
        return try await decode(JSONValue.self, answer.body, of: request)
    }

    /// Replaces an object, or its `status`. With a `metadata.resourceVersion` the server refuses when the object has changed since.
    ///
    /// - Returns: The object as the server stored it.
    public func replace<R: Resource>(
        _ object: R,
        subresource: String? = nil,
        options: WriteOptions = WriteOptions()
    ) async throws(ClientError) -> R {
        try refuseMetadataOnly(R.self, "replace")
        let namespace = object.metadata.namespace ?? defaultNamespace
        let path = try ResourcePath(R.self).object(object.metadata.name ?? "", in: namespace, subresource: subresource)
        var request = ClientRequest(.put, path, options: options.request)
        request.query.add(completed(options))
        request.setBody(JSON.encode(object), contentType: "application/json")
        return try await self.object(request)
    }

    /// Changes an object, or its `status`.
    ///
    /// - Returns: The object as the server stored it.
    public func patch<R: Resource>(
        _ type: R.Type,
        name: String,
        namespace: String? = nil,
        _ patch: Patch,
        subresource: String? = nil,
        options: WriteOptions = WriteOptions()
    ) async throws(ClientError) -> R {
        let path = try ResourcePath(type).object(name, in: namespace ?? defaultNamespace, subresource: subresource)
        var request = ClientRequest(.patch, path, options: options.request)
        let options = completed(options)
        if case .apply = patch {
            guard options.fieldManager?.isEmpty == false else {
                throw ClientError(
                    .invalidRequest,
                    "\(request): server-side apply needs a fieldManager in its options or of its client"
                )
            }
        }
        request.query.add(options)
        request.setBody(JSON.encode(patch.document), contentType: patch.contentType)
        return try await object(request)
    }

    /// Deletes an object, or starts to: with finalizers or a grace period it is still there when this returns.
    public func delete<R: Resource>(
        _ type: R.Type,
        name: String,
        namespace: String? = nil,
        options: DeleteOptions = DeleteOptions(),
        request limits: RequestOptions = RequestOptions()
    ) async throws(ClientError) {
        let path = try ResourcePath(type).object(name, in: namespace ?? defaultNamespace)
        var request = ClientRequest(.delete, path, options: limits)
        request.setBody(JSON.encode(completed(options)), contentType: "application/json")
        _ = try await send(request)
    }

    /// Deletes all objects of a kind in one namespace that the selectors choose, or starts to. It is one request, and no transaction: when it
    /// fails some objects may be gone.
    ///
    /// - Parameters:
    ///   - namespace: Of a namespaced kind; nil for ``defaultNamespace``. The API server has no deletion over all namespaces.
    ///   - selection: Which; `ListOptions()` is every object of the kind. Its `request` has the limits of the exchange.
    ///   - options: How each of them is deleted.
    public func deleteCollection<R: Resource>(
        _ type: R.Type,
        namespace: String? = nil,
        matching selection: ListOptions,
        options: DeleteOptions = DeleteOptions()
    ) async throws(ClientError) {
        let path = try ResourcePath(type).collection(in: namespace ?? defaultNamespace)
        var request = ClientRequest(.delete, path, options: selection.request)
        // The answer may be a list of all that was there; names are enough.
        request.ask(forListOf: PartialObjectMetadata<R>.self)
        request.query.add(selection)
        request.setBody(JSON.encode(completed(options)), contentType: "application/json")
        _ = try await send(request)
    }

    /// Server-side apply: the fields that `object` has become the field manager's, those that it applied before and has no more go.
    ///
    /// Members that are nil are not sent, so a kind's own type says what is applied. Give a new value with the fields of one's own, not an
    /// object that was read: that would take over everything in it, and the server refuses its `metadata.managedFields`.
    ///
    /// - Parameters:
    ///   - options: With a ``WriteOptions/fieldManager``, unless the client has one; `force` takes fields over from others.
    /// - Returns: The object as the server stored it.
    public func apply<R: Resource>(
        _ object: R,
        subresource: String? = nil,
        options: WriteOptions = WriteOptions()
    ) async throws(ClientError) -> R {
        try refuseMetadataOnly(R.self, "apply")
        return try await patch(
            R.self,
            name: object.metadata.name ?? "",
            namespace: object.metadata.namespace,
            .apply(JSONValue(encoding: object)),
            subresource: subresource,
            options: options
        )
    }

    private func object<R: Resource>(_ request: ClientRequest) async throws(ClientError) -> R {
        var request = request
        request.ask(for: R.self)
        let answer = try await send(request)
        return try await decode(R.self, answer.body, of: request)
    }

    private func refuseMetadataOnly<R: Resource>(_ type: R.Type, _ verb: String) throws(ClientError) {
        guard type is any MetadataOnly.Type else { return }
        throw ClientError(
            .invalidRequest,
            "\(verb) \(R.plural): \(type) is no whole object; use the kind's own type, or patch"
        )
    }
}
