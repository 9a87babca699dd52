// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension InformerStatus {
    /// The part that stands for the watch of the namespaces themselves. No namespace has such a name.
    static let namespacesPart = "(namespaces)"

    /// What is said of an informer whose watches, one for each namespace or one for all, stand so: the worst, with its namespace.
    package static func combined(_ parts: [String?: InformerStatus]) -> InformerStatus {
        if parts.count == 1, let only = parts[nil] { return only }
        var received = 0
        var isListing = false
        var worst: (rank: Int, namespace: String, status: InformerStatus)?
        for (namespace, status) in parts {
            if case .listing(let count) = status {
                received += count
                isListing = true
            }
            let candidate = (rank: status.severity, namespace: namespace ?? "", status: status)
            if let best = worst, (best.rank, candidate.namespace) >= (candidate.rank, best.namespace) { continue }
            worst = candidate
        }
        guard let worst else { return .synced }
        return switch worst.status {
        case .stopped, .listing, .synced: isListing ? .listing(received: received) : worst.status
        case .interrupted(let message): .interrupted("\(worst.namespace): \(message)")
        case .forbidden(let message): .forbidden("\(worst.namespace): \(message)")
        case .missingKind(let message): .missingKind("\(worst.namespace): \(message)")
        case .failing(let message): .failing("\(worst.namespace): \(message)")
        }
    }

    /// The worse, the higher.
    private var severity: Int {
        switch self {
        case .synced: 0
        case .stopped: 1
        case .interrupted: 2
        case .listing: 3
        case .failing: 4
        case .missingKind: 5
        case .forbidden: 6
        }
    }
}
