// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The order of API versions by maturity: `v2` before `v1` before `v1beta2` before `v1alpha1` before anything else by name
/// (`k8s.io/apimachinery/pkg/version`).
struct KubernetesVersionOrder: Comparable {
    private enum Stage: Int {
        case stable = 2
        case beta = 1
        case alpha = 0
    }

    private let name: String
    private let parts: (stage: Stage, major: Int, minor: Int)?

    init(_ name: String) {
        self.name = name
        parts = Self.parse(name)
    }

    /// Whether the left version is preferred less than the right one.
    static func < (lhs: KubernetesVersionOrder, rhs: KubernetesVersionOrder) -> Bool {
        switch (lhs.parts, rhs.parts) {
        case (let left?, let right?):
            (left.stage.rawValue, left.major, left.minor) < (right.stage.rawValue, right.major, right.minor)
        case (nil, _?): true
        case (_?, nil): false
        case (nil, nil): lhs.name > rhs.name
        }
    }

    static func == (lhs: KubernetesVersionOrder, rhs: KubernetesVersionOrder) -> Bool { lhs.name == rhs.name }

    private static func parse(_ name: String) -> (stage: Stage, major: Int, minor: Int)? {
        guard name.first == "v" else { return nil }
        let rest = name.dropFirst()
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let major = Int(digits) else { return nil }
        let suffix = rest.dropFirst(digits.count)
        if suffix.isEmpty { return (.stable, major, 0) }
        for (word, stage) in [("alpha", Stage.alpha), ("beta", Stage.beta)] where suffix.hasPrefix(word) {
            guard let minor = Int(suffix.dropFirst(word.count)) else { return nil }
            return (stage, major, minor)
        }
        return nil
    }
}
