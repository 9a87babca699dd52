// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesMeta

/// One call on its way to the transport: what a verb builds and error messages talk about.
struct ClientRequest: Sendable, CustomStringConvertible {
    var method: HTTPRequest.Method
    var path: String
    var query = QueryItems()
    var fields = HTTPFields()
    var accept = "application/json"
    var body: [UInt8] = []
    var options: RequestOptions
    /// The name in the body of a create, for messages; the path has none.
    var objectName: String?
    var isWatch = false

    init(_ method: HTTPRequest.Method, _ path: String, options: RequestOptions) {
        self.method = method
        self.path = path
        self.options = options
    }

    /// A request whose head comes from outside.
    init(head: HTTPRequest, body: [UInt8], options: RequestOptions) {
        method = head.method
        path = head.path ?? "/"
        fields = head.headerFields
        self.body = body
        self.options = options
    }

    /// Whether sending it twice is as good as once.
    var isRead: Bool { method == .get || method == .head }

    /// Asks for an object of this type, or a watch of such objects.
    mutating func ask<R: Resource>(for type: R.Type) {
        if type is any MetadataOnly.Type { accept = Self.partial("PartialObjectMetadata") }
    }

    /// Asks for a list of such objects.
    mutating func ask<R: Resource>(forListOf type: R.Type) {
        if type is any MetadataOnly.Type { accept = Self.partial("PartialObjectMetadataList") }
    }

    /// A server that has no such form sends the whole.
    private static func partial(_ kind: String) -> String { "application/json;as=\(kind);g=meta.k8s.io;v=v1,application/json" }

    mutating func setBody(_ bytes: [UInt8], contentType: String) {
        body = bytes
        fields[.contentType] = contentType
    }

    func head(userAgent: String) -> HTTPRequest {
        var fields = fields
        if fields[.accept] == nil { fields[.accept] = accept }
        if fields[.userAgent] == nil { fields[.userAgent] = userAgent }
        return HTTPRequest(method: method, scheme: nil, authority: nil, path: path + query.text, headerFields: fields)
    }

    /// The verb and the place, for example `PATCH /api/v1/namespaces/a/pods/b`. The query is left out: selectors can be long.
    var description: String {
        let place = path.prefix { $0 != "?" }
        guard let objectName else { return "\(isWatch ? "WATCH" : method.rawValue) \(place)" }
        return "\(method.rawValue) \(place) (\(objectName.escapingControlCharacters))"
    }
}
