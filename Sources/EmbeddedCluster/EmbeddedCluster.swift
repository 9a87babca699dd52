// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import KubernetesClient
import KubernetesJSON
import KubernetesMeta
import Logging

/// A Kubernetes-compatible API server in this process.
///
/// Requests come through ``handle(_:body:user:)``, or through the transport that ``transport(user:)`` makes for a `KubernetesClient`.
/// Objects are served as soon as the cluster is made; controllers (namespaces, garbage collection, scheduling) work while ``run()`` runs.
///
/// ```swift
/// let cluster = try EmbeddedCluster()
/// let client = KubernetesClient(transport: cluster.transport(), logger: logger)
/// ```
public final class EmbeddedCluster: Sendable {
    let store: ObjectStore
    let handler: RequestHandler
    private let options: EmbeddedClusterOptions

    /// Loads the storage and, when it is empty, creates the system namespaces.
    ///
    /// - Throws: ``StorageError`` when the storage cannot be read or written.
    public init(storage: any Storage = MemoryStorage(), options: EmbeddedClusterOptions = EmbeddedClusterOptions()) throws {
        self.options = options
        let builtIn = ResourceRegistry(builtIn: BuiltinResources.definitions())
        let registry = Locked(builtIn)
        let directory = Locked(WebhookDirectory())
        let roles = Locked(AccessRoles())
        let names = NameGenerator(randomBytes: options.randomBytes)
        store = try ObjectStore(
            storage: storage,
            limit: options.history,
            fields: { key, object in
                registry.withLock { $0.storageDefinition(key.resourceID) }?.strategy.selectableFields(of: object) ?? [:]
            },
            seed: {
                let context = RequestContext(
                    now: Time(options.clock.wallNow()),
                    user: ClusterAccess.user,
                    verb: .create,
                    randomSuffix: { names.suffix($0) },
                    newUID: { names.uid() }
                )
                return SeedObjects(
                    registry: builtIn,
                    context: context,
                    system: SystemObjects(rootCertificate: options.rootCertificate)
                ).encoded()
            },
            observer: { change in
                Self.updateRegistry(registry, with: change, logger: options.logger)
                Self.updateDirectory(directory, with: change, logger: options.logger)
                Self.updateRoles(roles, with: change, logger: options.logger)
            }
        )
        handler = RequestHandler(
            store: store,
            registry: registry,
            roles: roles,
            tokenUser: Locked { _ in nil },
            signer: options.tokenSigner,
            clock: options.clock,
            names: names,
            logSource: Locked(nil),
            watchLimits: options.watches,
            webhooks: WebhookDispatcher(
                directory: directory,
                caller: options.webhookCaller,
                limits: options.webhooks,
                gate: WebhookGate(limit: options.webhooks.concurrentCalls),
                clock: options.clock,
                store: store,
                newUID: { names.uid() },
                logger: options.logger
            ),
            documents: ServerDocuments()
        )
    }

    /// Runs the controllers until the task is cancelled or the cluster is shut down.
    public func run() async throws {
        let access = ClusterAccess(handler: handler)
        try await ControllerGroup(access: access, store: store, options: options).run()
    }

    /// Answers a request. Never throws: what goes wrong is a `Status` in the answer.
    ///
    /// - Parameters:
    ///   - head: Method, fields and `path` with the query.
    ///   - body: The whole body.
    ///   - user: Who asks; the caller has authenticated the request.
    public func handle(_ head: HTTPRequest, body: [UInt8], user: UserInfo) async -> HTTPExchange {
        let request = APIRequest(head, body: body, user: user)
        do throws(StatusError) {
            try authorize(RequestAttributes(head), user)
        } catch {
            return APIResponse(error, contentType: "application/json").exchange()
        }
        guard let audit = options.audit, let path = request.writtenPath else {
            return await handler.answer(to: request).exchange()
        }
        let received = options.clock.wallNow().microseconds
        let response = await handler.answer(to: request)
        let times = (received: received, answered: options.clock.wallNow().microseconds)
        audit.record(AuditEvent(head, request, path: path, response, times: times))
        return response.exchange()
    }

    /// Refuses what `user` may not do by the roles of this cluster.
    ///
    /// - Throws: The Status 403.
    package func authorize(_ attributes: RequestAttributes, _ user: UserInfo) throws(StatusError) {
        try handler.roles.withLock { $0 }.check(attributes, user)
    }

    /// Whose a token of a service account is; nil for one that is not of this cluster, has expired, or whose account is gone.
    package func serviceAccount(of token: String) -> UserInfo? { handler.serviceAccount(of: token) }

    /// Says whose other tokens are, for reviews of tokens: what authenticates requests in front of the cluster knows it.
    package func setTokenReader(_ user: @escaping @Sendable (_ token: String) -> UserInfo?) {
        handler.tokenUser.withLock { $0 = user }
    }

    /// A transport that hands requests to this cluster in the name of a user.
    public func transport(user: UserInfo = .admin) -> any HTTPTransport {
        InProcessTransport(cluster: self, user: user)
    }

    /// Says where the logs of pods come from.
    public func setLogSource(_ source: any PodLogSource) { handler.logSource.withLock { $0 = source } }

    private static func updateRoles(_ roles: Locked<AccessRoles>, with change: StoreChange, logger: Logger) {
        guard change.key.group == AccessRoles.group else { return }
        do throws(StatusError) {
            let object = try change.entry?.object()
            roles.withLock { $0.apply(change.key, object) }
        } catch {
            logger.error("a role cannot be read", metadata: ["key": "\(change.key)", "error": "\(error.message)"])
        }
    }

    /// Ends all watches and closes the storage. Later writes fail.
    public func shutdown() async { await store.close() }

    private static func updateDirectory(_ directory: Locked<WebhookDirectory>, with change: StoreChange, logger: Logger) {
        guard let kind = WebhookDirectory.kind(of: change.key) else { return }
        do throws(StatusError) {
            let configuration = try change.entry?.object()
            directory.withLock { $0.set(kind, name: change.key.name, configuration) }
        } catch {
            logger.error(
                "a webhook configuration cannot be read",
                metadata: ["name": "\(change.key.name)", "error": "\(error.message)"]
            )
        }
    }

    private static func updateRegistry(_ registry: Locked<ResourceRegistry>, with change: StoreChange, logger: Logger) {
        guard change.key.group == "apiextensions.k8s.io", change.key.resource == "customresourcedefinitions" else { return }
        do throws(StatusError) {
            let crd = try change.entry?.object()
            registry.withLock { $0.setCustomResourceDefinition(name: change.key.name, crd, revision: change.revision) }
        } catch {
            logger.error(
                "a CustomResourceDefinition cannot be read",
                metadata: ["name": "\(change.key.name)", "error": "\(error.message)"]
            )
        }
    }
}
