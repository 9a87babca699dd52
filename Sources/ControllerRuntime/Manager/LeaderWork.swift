// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What runs together and ends together: the parts of one election group, or those that need none.
struct LeaderWork: Sendable {
    var controllers: [any AnyController] = []
    var services: [ManagedService] = []

    var isEmpty: Bool { controllers.isEmpty && services.isEmpty }

    /// The controllers that have left reconciles behind, for a message; nil when none has. To be asked when `run()` of all has returned.
    var strays: String? {
        let strays = controllers.filter { $0.activity.strays > 0 }
        return strays.isEmpty ? nil : strays.map { "\($0.name) (\($0.activity.strays))" }.joined(separator: ", ")
    }
}
