// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Tracing

extension ReconcileContext {
    /// Says in a span what is reconciled and why.
    func describe(to span: any Tracing.Span, key: String) {
        span.updateAttributes { attributes in
            attributes["controller"] = controller
            attributes["key"] = key
            attributes["reconcileID"] = id
            attributes["priority"] = priority
            attributes["failures"] = failures
            if !causes.isEmpty { attributes["causes"] = "\(causes)" }
        }
    }
}

extension ReconcileResult {
    /// Says in a span how the reconcile has ended.
    func describe(to span: any Tracing.Span) {
        let name: String
        switch self {
        case .done: name = "done"
        case .requeue: name = "requeue"
        case .progressed: name = "progressed"
        case .retry(let error):
            name = "retry"
            span.recordError(error)
            span.setStatus(SpanStatus(code: .error))
        case .terminal(let error):
            name = "terminal"
            span.recordError(error)
            span.setStatus(SpanStatus(code: .error))
        }
        span.attributes["result"] = name
    }
}
