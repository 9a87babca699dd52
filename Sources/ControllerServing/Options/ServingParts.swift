// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
public import ServiceLifecycle

/// The servers that ``ServingFlags`` ask for, and what gives them a certificate.
public struct ServingParts: Sendable {
    /// None, one or two.
    public let servers: [ControllerServer]
    /// Keeps the certificate of secured metrics; nil when they are not.
    public let certificates: (any Service)?

    /// Adds all of them, to run before everything else.
    public func add(to manager: Manager) async throws {
        if let certificates { try await manager.add(service: certificates, name: "metrics certificate") }
        // Numbered: both may be asked for at port 0 of one address.
        for (number, server) in servers.enumerated() {
            try await manager.add(service: server, name: "server \(number + 1) at \(server.address)")
        }
    }
}
