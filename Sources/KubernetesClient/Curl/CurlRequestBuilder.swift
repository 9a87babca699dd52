// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// Makes requests of heads: adds the server and the credentials, and refuses what could lead elsewhere.
struct CurlRequestBuilder: Sendable {
    private let configuration: ClientConfiguration
    private let impersonation: [String]

    init(configuration: ClientConfiguration) {
        self.configuration = configuration
        impersonation = configuration.impersonation?.fields ?? []
    }

    /// Fields that libcurl makes itself.
    private static let ownFields: Set<HTTPField.Name> = [.contentLength, .transferEncoding, .connection, .authorization, .expect]

    func request(
        _ head: HTTPRequest,
        body: [UInt8],
        options: RequestOptions,
        credentials: RequestCredentials,
        deadline: ContinuousClock.Instant?
    ) throws(TransportError) -> CurlRequest {
        var fields: [String] = []
        fields.reserveCapacity(head.headerFields.count + impersonation.count + 4)
        for field in head.headerFields where !Self.ownFields.contains(field.name) {
            // "Name:" alone would take a field of libcurl away; "Name;" sends it empty.
            fields.append(field.value.isEmpty ? "\(field.name.canonicalName);" : "\(field.name.canonicalName): \(field.value)")
        }
        if let token = credentials.token { fields.append("Authorization: Bearer \(token)") }
        // A request that names somebody itself is sent as that one, as with client-go.
        if head.headerFields[.impersonateUser] == nil {
            guard impersonation.allSatisfy(Impersonation.isFieldValue) else {
                throw TransportError(.credentials, "the user to act as has a line break or another control character in it")
            }
            fields += impersonation
        }
        // A server that is asked whether it wants the body makes each large write wait for its answer.
        fields.append("Expect:")
        if head.headerFields[.contentType] == nil { fields.append("Content-Type:") }
        let server = configuration.server
        if configuration.tls.serverName != nil { fields.append("Host: \(server.authority)") }
        return CurlRequest(
            method: head.method.rawValue,
            url: try url(path: head.path ?? "/"),
            fields: fields,
            body: body,
            tls: credentials.tls,
            options: options,
            deadline: deadline,
            server: server.description
        )
    }

    private func url(path: String) throws(TransportError) -> String {
        // Printable ASCII without '#', and from the root: then nothing in it can be taken for a host.
        guard path.utf8.first == UInt8(ascii: "/"),
            path.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "#") })
        else {
            throw TransportError(
                .other,
                "\"\(path.prefix(80).description.escapingControlCharacters)\" is not the path of a request"
            )
        }
        return configuration.server.requestBase(host: configuration.tls.serverName) + path
    }
}

extension HTTPField.Name {
    fileprivate static let impersonateUser = HTTPField.Name("Impersonate-User")!
}
