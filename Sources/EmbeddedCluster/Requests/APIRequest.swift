// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON

/// A request as the pipeline sees it.
struct APIRequest: Sendable {
    var method: String
    /// The path without the query, still percent-encoded.
    var path: Substring
    var query: QueryParameters
    var accept: String?
    var contentType: String?
    var body: [UInt8]
    var user: UserInfo

    init(_ head: HTTPRequest, body: [UInt8], user: UserInfo) {
        method = head.method.rawValue
        let target = head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = parts[0]
        query = QueryParameters(parts.count > 1 ? parts[1] : "")
        accept = head.headerFields[.accept]
        contentType = head.headerFields[.contentType]
        self.body = body
        self.user = user
    }
}

/// An answer before it becomes an HTTP exchange.
struct APIResponse: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        case stream(HTTPBody)
    }

    var status: Int
    var contentType: String
    var body: Body
    var headers: [String: String]
    /// Sentences for Warning headers.
    var warnings: [String]

    init(
        status: Int = 200,
        contentType: String = "application/json",
        body: Body,
        headers: [String: String] = [:],
        warnings: [String] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.headers = headers
        self.warnings = warnings
    }

    /// The answer to a request that failed.
    init(_ error: StatusError, contentType: String = "application/json") {
        self.init(
            status: error.code,
            contentType: contentType,
            body: .bytes(error.body.serialized()),
            headers: error.headers,
            warnings: error.warnings
        )
    }

    /// The head and body for the wire.
    func exchange() -> HTTPExchange {
        var fields = HTTPFields()
        fields[.contentType] = contentType
        fields[.cacheControl] = "no-cache, private"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            guard let name = HTTPField.Name(name) else { continue }
            fields[name] = value
        }
        for warning in WarningList.bounded(warnings) {
            guard let name = HTTPField.Name("Warning") else { continue }
            fields.append(HTTPField(name: name, value: "299 - " + WarningText.quoted(warning)))
        }
        let head = HTTPResponse(status: HTTPResponse.Status(code: status), headerFields: fields)
        switch body {
        case .bytes(let bytes): return HTTPExchange(head: head, body: HTTPBody(bytes))
        case .stream(let stream): return HTTPExchange(head: head, body: stream)
        }
    }
}

/// The text of a Warning header: quoted, without what cannot stand in a header.
enum WarningText {
    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                out += "\\"
                out.unicodeScalars.append(scalar)
            default: if scalar.value >= 0x20, scalar.value != 0x7F { out.unicodeScalars.append(scalar) }
            }
        }
        return out + "\""
    }
}
