// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import LocalNode

/// Whether this host runs sandboxes. Where it cannot, tests that need one are skipped with the reason; under CI=true they fail instead.
enum SandboxAvailability {
    static let isRequired = getenv("CI").map { String(cString: $0) == "true" } ?? false

    /// Whether the host has a program that is not one of the packages the tests need.
    static func hasProgram(_ name: String) -> Bool {
        ["/usr/bin/", "/usr/local/bin/"].contains { access($0 + name, X_OK) == 0 }
    }

    /// The obstacle, or nil when sandboxes run here.
    static func obstacle() async -> String? {
        do {
            _ = try await SandboxPreflight.check()
            return nil
        } catch {
            return error.message
        }
    }
}

extension Trait where Self == ConditionTrait {
    static var needsSandboxes: ConditionTrait {
        .enabled("this host does not run sandboxes; set CI=true to see the reason") {
            if SandboxAvailability.isRequired { return true }
            if let obstacle = await SandboxAvailability.obstacle() {
                print("skipped: \(obstacle)")
                return false
            }
            return true
        }
    }
}
