// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesClient
package import KubernetesMeta

extension ReflectorFailure {
    /// The class of an error of the client.
    package init(_ error: ClientError) {
        self.init(Self.kind(of: error), error.message, retryAfter: error.retryAfter)
    }

    /// The class of an ERROR event, by which a server ends a watch.
    package init(_ status: Status) {
        let message = status.message ?? status.reason ?? "the server ended the watch with an error"
        self.init(ClientError(.status, message, status: status))
    }

    private static func kind(of error: ClientError) -> Kind {
        if let transport = error.underlying as? TransportError {
            switch transport.code {
            case .refused, .unreachable, .tls: return .unreachable
            case .tooLarge: return .overflow
            case .protocolViolation: return .garbled
            default: return .disconnected
            }
        }
        if error.code == .timedOut { return .disconnected }
        if error.code == .tooLarge { return .overflow }
        if error.code == .unreadableAnswer { return .garbled }
        if error.isGone { return .expired }
        if isRevisionTooLarge(error) { return .revisionTooLarge }
        if error.isTooManyRequests { return .throttled }
        if error.isForbidden || error.isUnauthorized { return .forbidden }
        if error.isNotFound { return .missingKind }
        if let code = error.statusCode, [400, 405, 406, 415, 422].contains(code) { return .refused }
        return .server
    }

    private static func isRevisionTooLarge(_ error: ClientError) -> Bool {
        // apimachinery, api/errors: reason Timeout with the cause ResourceVersionTooLarge; older servers say it in words only.
        if error.status?.details?.causes?.contains(where: { $0.reason == "ResourceVersionTooLarge" }) == true { return true }
        return error.isTimeout && error.message.contains("Too large resource version")
    }
}
