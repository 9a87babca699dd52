// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

@testable import EmbeddedCluster

extension RequestContext {
    /// A context as the pipeline makes it, at a fixed time.
    static func test(
        _ verb: Verb = .create,
        subresource: String? = nil,
        fieldValidation: FieldValidation = .warn
    ) -> RequestContext {
        RequestContext(
            now: Time(seconds: 1_700_000_000),
            user: .admin,
            fieldValidation: fieldValidation,
            verb: verb,
            subresource: subresource,
            namespace: "default",
            randomSuffix: { String(repeating: "x", count: $0) },
            newUID: { "00000000-0000-0000-0000-000000000000" }
        )
    }
}
