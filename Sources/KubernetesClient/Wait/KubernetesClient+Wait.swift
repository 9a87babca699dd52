// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

extension KubernetesClient {
    /// Waits until the state of one object is as it should be: it is read, then watched; connections that break and revisions that are too old
    /// are survived. Needs the rights to list and watch the object, which a role may give by its name.
    ///
    /// ```swift
    /// let pod = try await client.wait(for: Pod.self, name: "web-0", timeout: .seconds(60)) { $0?.status?.phase == "Running" }
    /// ```
    ///
    /// - Parameters:
    ///   - namespace: Of a namespaced kind; nil for ``defaultNamespace``.
    ///   - timeout: For how long; nil for ever, until the task is canceled.
    ///   - condition: Is asked about each state that is seen, first about the present one; nil means that there is no such object. States that
    ///     follow each other fast may not all be seen.
    /// - Returns: The state that the condition took.
    /// - Throws: An error with the code `timedOut` that tells what was seen last; what the server says when it refuses.
    @discardableResult
    public func wait<R: Resource>(
        for type: R.Type,
        name: String,
        namespace: String? = nil,
        timeout: Duration?,
        until condition: @escaping @Sendable (R?) -> Bool
    ) async throws(ClientError) -> R? {
        // Said at once and not when the time is over.
        let path = try ResourcePath(type).object(name, in: namespace ?? defaultNamespace)
        let seen = Locked("nothing")
        let result = await withTaskGroup(of: Result<R?, ClientError>.self) { group in
            group.addTask {
                do throws(ClientError) {
                    return .success(try await follow(name, in: namespace ?? defaultNamespace, seen: seen, until: condition))
                } catch {
                    return .failure(error)
                }
            }
            if let timeout {
                group.addTask {
                    do { try await sleep(timeout) } catch {
                        return .failure(ClientError(.canceled, "WAIT \(path): the call was cancelled", underlying: error))
                    }
                    return .failure(
                        ClientError(
                            .timedOut,
                            "WAIT \(path): not as it should be within \(timeout); last seen: \(seen.withLock { $0 })"
                        )
                    )
                }
            }
            defer { group.cancelAll() }
            return await group.next()
        }
        guard let result else { throw ClientError(.canceled, "WAIT \(path): the call was cancelled") }
        return try result.get()
    }

    /// Waits until a condition of the object's status has a value, for the present generation of the object where the status says for which
    /// one it is, as `kubectl wait --for=condition=…` does. An object that does not exist yet is waited for.
    ///
    /// - Parameters:
    ///   - conditionType: Such as `Ready`; upper and lower case are the same.
    @discardableResult
    public func wait<R: Resource>(
        forCondition conditionType: String,
        status: ConditionStatus = .true,
        of type: R.Type,
        name: String,
        namespace: String? = nil,
        timeout: Duration?
    ) async throws(ClientError) -> R? {
        let found = try await wait(for: ConditionedObject<R>.self, name: name, namespace: namespace, timeout: timeout) {
            $0?.has(conditionType, status) == true
        }
        return found?.object
    }

    /// Waits until an object is gone.
    ///
    /// - Parameters:
    ///   - uid: The object that is meant: another one of the same name counts as gone. Nil for any of the name.
    public func wait<R: Resource>(
        forDeletionOf type: R.Type,
        name: String,
        namespace: String? = nil,
        uid: String? = nil,
        timeout: Duration?
    ) async throws(ClientError) {
        try await wait(for: PartialObjectMetadata<R>.self, name: name, namespace: namespace, timeout: timeout) {
            guard let object = $0 else { return true }
            return uid != nil && object.metadata.uid != uid
        }
    }

    private func follow<R: Resource>(
        _ name: String,
        in namespace: String,
        seen: Locked<String>,
        until condition: @Sendable (R?) -> Bool
    ) async throws(ClientError) -> R? {
        var state = ObjectWait()
        let selector = FieldSelector.name(name).description
        func isMet(_ object: R?) -> Bool {
            seen.withLock { $0 = object.map { "revision \($0.metadata.resourceVersion ?? "?")" } ?? "no such object" }
            return condition(object)
        }
        while true {
            let pause: Duration
            do throws(ClientError) {
                switch state.step {
                case .list:
                    let list = try await self.list(R.self, namespace: namespace, options: ListOptions(fieldSelector: selector))
                    if isMet(list.items.first) { return list.items.first }
                    state.listed(revision: list.metadata.resourceVersion ?? "")
                    pause = .zero
                case .watch(let revision):
                    let options = WatchOptions(resourceVersion: revision, fieldSelector: selector, idleTimeout: .seconds(150))
                    let events = try await watch(R.self, namespace: namespace, options: options)
                    for try await event in events {
                        switch event {
                        case .added(let object), .modified(let object):
                            if isMet(object) { return object }
                            state.heard(revision: object.metadata.resourceVersion)
                        case .deleted(let object):
                            if isMet(nil) { return nil }
                            state.heard(revision: object.metadata.resourceVersion)
                        case .bookmark(let revision, _): state.heard(revision: revision)
                        case .error(let status):
                            throw ClientError(
                                .status,
                                status.message ?? "the server ended the watch with an error",
                                status: status
                            )
                        }
                    }
                    pause = state.ended()
                }
            } catch {
                pause = try state.failed(error)
                seen.withLock { $0 = "\(error)" }
            }
            guard pause > .zero else { continue }
            do { try await sleep(pause) } catch {
                throw ClientError(.canceled, "waiting for \(R.plural) \(name): the call was cancelled", underlying: error)
            }
        }
    }
}
