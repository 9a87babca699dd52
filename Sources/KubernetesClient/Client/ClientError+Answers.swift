// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesJSON
import KubernetesMeta

extension ClientError {
    /// The error for an answer with an error status.
    ///
    /// A Kubernetes server explains itself in a Status; anything else (a proxy's HTML page) gives a Status made of the HTTP status and the
    /// beginning of the text.
    init(answer head: HTTPResponse, body: [UInt8], request: ClientRequest) {
        let code = head.status.code
        var status = Status()
        if let decoded = try? JSON.decode(Status.self, from: body), decoded.message != nil || decoded.reason != nil {
            // Not JSON, or not a Status: told apart below, by what it says.
            status = decoded
        } else {
            let text = String(decoding: body.prefix(200), as: UTF8.self).escapingControlCharacters
            status.status = "Failure"
            status.message = text.isEmpty ? "the server gave no reason" : text
        }
        if status.code == nil { status.code = Int32(code) }
        let reason = status.reason ?? head.status.reasonPhrase
        let said = (status.message ?? "the server gave no reason").escapingControlCharacters
        self.init(
            .status,
            "\(request): \(said) (\(code)\(reason.isEmpty ? "" : " \(reason.escapingControlCharacters)"))",
            status: status,
            retryAfter: head.retryAfter ?? status.details?.retryAfterSeconds.map { .seconds(Int64($0)) }
        )
    }

    /// The error for an exchange that broke.
    init(transport error: TransportError, subject: String) {
        let code: Code =
            switch error.code {
            case .canceled: .canceled
            case .timedOut: .timedOut
            case .tooLarge: .tooLarge
            default: .transport
            }
        self.init(code, "\(subject): \(error.message)", underlying: error)
    }

    init(transport error: TransportError, request: ClientRequest) {
        self.init(transport: error, subject: request.description)
    }
}
