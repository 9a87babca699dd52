// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes

extension HTTPResponse {
    /// How long the server asks to wait. Kubernetes writes seconds; the other form of the field, a date, is not taken.
    var retryAfter: Duration? {
        headerFields[.retryAfter].flatMap { UInt32($0) }.map { .seconds(Int64($0)) }
    }
}
