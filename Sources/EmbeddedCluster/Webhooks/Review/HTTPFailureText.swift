// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What client-go says of an answer that is no success (`apierrors.NewGenericServerResponse`), unless the answer is a Status that says it
/// itself.
enum HTTPFailureText {
    static func text(for answer: WebhookAnswer) -> String {
        if let message = statusMessage(answer.body) { return message }
        let said = answer.contentType.hasPrefix("text/") ? trimmed(answer.body) : "unknown"
        switch answer.status {
        case 400: return "the server rejected our request for an unknown reason"
        case 401: return "the server has asked for the client to provide credentials"
        case 403, 415: return said
        case 404: return "the server could not find the requested resource"
        case 405: return "the server does not allow this method on the requested resource"
        case 406 where said == "unknown" || said.isEmpty:
            return "the server was unable to respond with a content type that the client supports"
        case 406: return said
        case 409: return "the server reported a conflict"
        case 422: return "the server rejected our request due to an error in our request"
        case 429: return "the server has received too many requests and has asked us to try again later"
        case 503: return "the server is currently unable to handle the request"
        case 504:
            return "the server was unable to return a response in the time allotted, but may still be processing the request"
        case 500...: return "an error on the server (\(GoText.quoted(said))) has prevented the request from succeeding"
        default: return "the server responded with the status code \(answer.status) but did not return more information"
        }
    }

    private static func statusMessage(_ body: [UInt8]) -> String? {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: body)
        } catch {
            // Not a Status, then.
            return nil
        }
        guard document["kind"]?.string == "Status", document.text("status") == "Failure" else { return nil }
        let message = document.text("message")
        return message.isEmpty ? nil : message
    }

    private static func trimmed(_ body: [UInt8]) -> String {
        let isSpace = { (byte: UInt8) in [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
        let text = body.drop(while: isSpace).prefix(2048)
        return String(decoding: text[..<((text.lastIndex { !isSpace($0) }).map { $0 + 1 } ?? text.startIndex)], as: UTF8.self)
    }
}
