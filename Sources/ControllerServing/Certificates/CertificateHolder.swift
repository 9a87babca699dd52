// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient

/// The certificate that servers show now. Whoever watches files or rotates puts a new one in; servers take it at the next handshake.
public final class CertificateHolder: Sendable {
    private let pair = Locked<CertificatePair?>(nil)
    private let isPresent = Latch<Void>()

    /// A holder without a certificate yet.
    public init() {}

    /// What is shown now.
    public var current: CertificatePair? { pair.withLock { $0 } }

    /// Shows `new` from the next handshake on.
    public func update(_ new: CertificatePair) {
        pair.withLock { $0 = new }
        isPresent.open(())
    }

    /// Waits for the first certificate.
    ///
    /// - Throws: `CancellationError`.
    public func waitUntilPresent() async throws {
        guard await isPresent.wait() != nil else { throw CancellationError() }
    }
}
