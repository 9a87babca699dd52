// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
import HTTPSServing
public import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging
public import ServiceLifecycle

/// Makes and replaces the certificates of webhooks, without another program.
///
/// The replicas share an authority and a certificate in one Secret. Whoever finds that a step is due takes it and writes the Secret as he
/// read it; when another was faster, his write is refused and he goes on from the other's. Authorities overlap: at every moment the bundle
/// that the API server has trusts the certificate of every replica.
///
/// A `Service`, which needs the rights to get and update the Secret, and to get and patch the configurations. It goes on trying when they
/// are missing; the check `webhook-certificates` at `/readyz` says why.
public actor SelfManagedCertificates: ServiceLifecycle.Service {
    /// Where servers find the certificate.
    public nonisolated let holder: CertificateHolder
    private let client: KubernetesClient
    private let options: SelfManagedCertificateOptions
    private let schedule: CertificateSchedule
    private let injector: BundleInjector
    private let environment: RuntimeEnvironment
    private let expiry: MetricGauge
    private let problem = Locked<String?>("the certificates have not been read yet")
    private var shown: String?

    /// A keeper that does nothing before `run()`.
    ///
    /// - Parameters:
    ///   - client: Of the cluster that holds the Secret and calls the webhooks.
    ///   - options: What to keep.
    ///   - holder: Where to put the certificate.
    ///   - environment: Time, log, metrics, and the health, to which it adds a check.
    /// - Throws: ``ServingError`` with the code `configuration` for times that do not leave room for each other.
    public init(
        client: KubernetesClient,
        options: SelfManagedCertificateOptions,
        holder: CertificateHolder = CertificateHolder(),
        environment: RuntimeEnvironment
    ) throws(ServingError) {
        try options.validate()
        self.client = client
        self.options = options
        self.holder = holder
        self.environment = environment
        schedule = options.schedule
        injector = BundleInjector(client: client, options: options)
        expiry = environment.metrics.gauge(
            "controller_runtime_webhook_certificate_expiration_timestamp_seconds",
            help: "Unix time at which the webhook server's self-managed certificate ends."
        )
        environment.health.register("webhook-certificates", at: .ready) { [problem] in
            problem.withLock { $0 }.map { .unhealthy($0) } ?? .healthy()
        }
    }

    /// Keeps the certificates until the surrounding service group shuts down or the task is canceled.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let next = await self.round()
                do { try await self.environment.time.sleep(for: next) } catch { return }
            }
        }
    }

    /// Looks at the Secret and takes what steps are due.
    ///
    /// - Returns: How long to wait for the next look.
    private func round() async -> Duration {
        do {
            let next = try await settle()
            setProblem(nil)
            let untilNext = environment.time.wallNow().duration(to: next)
            return max(Self.shortestWait, min(options.interval, untilNext))
        } catch {
            if !Task.isCancelled { setProblem("\(error)") }
            return min(options.interval, Self.retryInterval)
        }
    }

    private func setProblem(_ text: String?) {
        let isNew = problem.withLock { problem in
            defer { problem = text }
            return problem != text
        }
        if let text, isNew { environment.logger.error("the webhooks' certificates: \(text)") }
    }

    /// Takes steps until none is due.
    private func settle() async throws -> WallTime {
        let names = options.service.serverNames
        for _ in 0..<Self.maximumSteps {
            let now = environment.time.wallNow()
            let secret = try await read()
            guard var certificates = try certificates(of: secret) else {
                try await write(SelfSignedCertificates(names: names, schedule: schedule, now: now), to: secret, .begin)
                continue
            }
            let (inventory, failure) = try await use(certificates, names, now)
            let step = schedule.step(inventory, now: now)
            if case .wait(let next) = step {
                if let failure { throw failure }
                return next
            }
            try certificates.take(step, names: names, schedule: schedule, now: now)
            try await write(certificates, to: secret, step)
        }
        throw ServingError(.secret, "the Secret \(secretPath) changes all the time; see who else writes it")
    }

    /// Shows the certificate and gives the API server the bundle.
    ///
    /// - Returns: What there is, and what kept the bundle from where it should be, which holds up no step but one.
    private func use(
        _ certificates: SelfSignedCertificates,
        _ names: ServerNames,
        _ now: WallTime
    ) async throws -> (CertificateSchedule.Inventory, failure: (any Error)?) {
        var inventory = certificates.inventory(names: names)
        if inventory.leafFits, inventory.leaf?.covers(now) == true { try show(certificates) }
        do {
            try await injector.inject(try certificates.bundle())
            inventory.isInjected = true
            return (inventory, nil)
        } catch {
            return (inventory, error)
        }
    }

    private func show(_ certificates: SelfSignedCertificates) throws {
        let pair = try certificates.pair()
        let text = try certificates.leaf.pem()
        guard shown != text else { return }
        shown = text
        holder.update(pair)
        expiry.set(Double(pair.notAfter.seconds))
        environment.logger.info("webhooks are served with a new certificate", metadata: ["until": "\(pair.notAfter.time)"])
    }

    // MARK: Secret

    private var secretPath: String { "\(options.service.namespace)/\(options.secretName)" }

    private func read() async throws -> Secret {
        do throws(ClientError) {
            return try await client.get(Secret.self, name: options.secretName, namespace: options.service.namespace)
        } catch {
            guard error.isNotFound else { throw error }
            throw ServingError(.secret, "the Secret \(secretPath) does not exist; create it without data", underlying: error)
        }
    }

    private func certificates(of secret: Secret) throws(ServingError) -> SelfSignedCertificates? {
        do throws(ServingError) { return try SelfSignedCertificates(data: secret.data ?? [:]) } catch {
            throw ServingError(.secret, "the Secret \(secretPath): \(error.message)", underlying: error)
        }
    }

    /// Writes what was made from a Secret, unless somebody has written it since.
    private func write(
        _ certificates: SelfSignedCertificates,
        to secret: Secret,
        _ step: CertificateSchedule.Step
    ) async throws {
        var secret = secret
        secret.data = (secret.data ?? [:]).filter { !SelfSignedCertificates.Key.all.contains($0.key) }
            .merging(try certificates.data()) { $1 }
        do throws(ClientError) {
            _ = try await client.replace(secret)
            environment.logger.info("the webhooks' certificates have changed", metadata: ["step": "\(step)"])
        } catch {
            guard error.isConflict else { throw error }
            environment.logger.debug("another replica was faster", metadata: ["step": "\(step)"])
        }
    }

    /// Steps and lost races of one look: more than a rotation has.
    private static let maximumSteps = 16
    private static let retryInterval: Duration = .seconds(10)
    private static let shortestWait: Duration = .seconds(1)
}
