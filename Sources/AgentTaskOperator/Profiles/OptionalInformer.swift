// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesMeta
import Logging
import ServiceLifecycle

/// Runs an informer that nothing waits for, since a cluster may lack its kind, or the right to read it. `/readyz` notes a missing kind and passes; the informer asks
/// again and again, so that the kind is known soon after it was installed.
struct OptionalInformer<R: Resource>: Service {
    private let informer: Informer<R>
    private let environment: RuntimeEnvironment

    init(_ informer: Informer<R>, environment: RuntimeEnvironment) {
        self.informer = informer
        self.environment = environment
        environment.health.register("informer-\(informer.name)", at: .ready) {
            Self.health(informer.health, informer.status, informer.name)
        }
    }

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [informer, logger = environment.logger] in
                for await status in informer.statuses() {
                    guard case .missingKind(let message) = status else { continue }
                    logger.warning(
                        "\(informer.name) is not installed; what needs no such object goes on without",
                        metadata: ["answer": "\(message)"]
                    )
                }
            }
            // It ends when it is canceled, and throws nothing of the server.
            do { try await informer.run() } catch {}
            group.cancelAll()
        }
    }

    static func health(_ health: HealthStatus, _ status: InformerStatus, _ name: String) -> HealthStatus {
        guard case .missingKind(let message) = status else { return health }
        return .healthy(note: "the CustomResourceDefinition \(name) is not installed: \(message)")
    }
}
