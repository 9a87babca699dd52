// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Whether Go encodes a field that holds nothing; OpenAPI does not say it, so GoFields adds what is known.
enum FieldPresence: Sendable, Hashable {
    /// `omitempty` on a value: empty strings, lists and maps, `false` and 0 are left out.
    case omittedWhenEmpty
    /// A pointer: present when it was given.
    case omittedWhenAbsent
    /// No `omitempty`: this value stands for nothing.
    case always(JSONValue)

    var zero: JSONValue? { if case .always(let value) = self { value } else { nil } }
}
