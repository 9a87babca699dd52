// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON
import Logging

/// An API server that answers SubjectAccessReviews, and remembers them.
struct AccessServer: HTTPTransport {
    /// The status of the answer; nil for an API server that fails.
    let status: @Sendable (_ attributes: JSONValue) -> JSONValue?
    let asked = Locked<[JSONValue]>([])

    /// A server where `readable` may be read, each written as `secrets/name`.
    init(readable: Set<String>) {
        self.init { attributes in
            let name = "\(attributes["resource"]?.string ?? "")/\(attributes["name"]?.string ?? "")"
            return ["allowed": .bool(readable.contains(name))]
        }
    }

    init(status: @escaping @Sendable (_ attributes: JSONValue) -> JSONValue?) { self.status = status }

    var client: KubernetesClient {
        KubernetesClient(transport: self, logger: Logger(label: "access") { _ in SwiftLogNoOpLogHandler() })
    }

    func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        do {
            var review = try JSONValue(parsing: String(decoding: body, as: UTF8.self))
            asked.withLock { $0.append(review["spec"] ?? .null) }
            guard head.method == .post, head.path?.hasPrefix("/apis/authorization.k8s.io/v1/subjectaccessreviews") == true,
                let status = status(review["spec"]?["resourceAttributes"] ?? .null)
            else { return HTTPExchange(head: HTTPResponse(status: .forbidden), body: HTTPBody([])) }
            review["status"] = status
            return HTTPExchange(head: HTTPResponse(status: .created), body: HTTPBody(JSON.encode(review)))
        } catch {
            throw TransportError(.other, "\(error)")
        }
    }

    func shutdown() async {}
}
