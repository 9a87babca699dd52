// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import EmbeddedCluster

@Suite("Request attributes")
struct RequestAttributesTests {
    typealias Resource = RequestAttributes.Resource

    @Test(
        "a path below /api or /apis names a resource",
        arguments: [
            ("/api/v1/pods", Resource(group: "", name: "pods", subresource: "", namespace: "", object: "")),
            ("/api/v1/namespaces/a/pods", Resource(group: "", name: "pods", subresource: "", namespace: "a", object: "")),
            (
                "/api/v1/namespaces/a/pods/p/log",
                Resource(group: "", name: "pods", subresource: "log", namespace: "a", object: "p")
            ),
            ("/api/v1/namespaces/a", Resource(group: "", name: "namespaces", subresource: "", namespace: "a", object: "a")),
            (
                "/api/v1/namespaces/a/finalize",
                Resource(group: "", name: "namespaces", subresource: "finalize", namespace: "a", object: "a")
            ),
            (
                "/apis/g.example.com/v1/things",
                Resource(group: "g.example.com", name: "things", subresource: "", namespace: "", object: "")
            ),
        ]
    )
    func resources(path: String, expected: Resource) {
        #expect(RequestAttributes(HTTPRequest(path)).resource == expected)
    }

    @Test(
        "other paths name none",
        arguments: ["/", "/apis", "/apis/apps", "/apis/apps/v1", "/api/v1", "/version", "/nowhere/at/all"]
    )
    func nonResources(path: String) {
        #expect(RequestAttributes(HTTPRequest(path)).resource == nil)
    }

    @Test(
        "method, path and query make the verb",
        arguments: [
            (HTTPRequest.Method.get, "/api/v1/pods", "list"), (.get, "/api/v1/pods?watch=true", "watch"),
            (.get, "/api/v1/pods?watch=false", "list"), (.get, "/api/v1/namespaces/a/pods/p", "get"),
            (.post, "/api/v1/namespaces/a/pods", "create"), (.put, "/api/v1/namespaces/a/pods/p", "update"),
            (.patch, "/api/v1/namespaces/a/pods/p", "patch"), (.delete, "/api/v1/namespaces/a/pods/p", "delete"),
            (.delete, "/api/v1/namespaces/a/pods", "deletecollection"), (.get, "/apis", "get"), (.post, "/apis", "post"),
        ]
    )
    func verbs(method: HTTPRequest.Method, path: String, expected: String) {
        #expect(RequestAttributes(HTTPRequest(path, method: method)).verb == expected)
    }

    @Test(
        "the name that a field selector asks for counts as the object's",
        arguments: [
            ("/api/v1/namespaces/a/configmaps?fieldSelector=metadata.name%3Dx", "x"),
            ("/api/v1/namespaces/a/configmaps?watch=1&fieldSelector=metadata.name==x", "x"),
            ("/api/v1/namespaces/a/configmaps?fieldSelector=metadata.namespace=a,metadata.name=x", "x"),
            ("/api/v1/namespaces/a/configmaps?fieldSelector=metadata.name!=x", ""), ("/api/v1/namespaces/a/configmaps", ""),
            ("/api/v1/namespaces/a/configmaps/y?fieldSelector=metadata.name=x", "y"),
        ]
    )
    func selectedName(path: String, expected: String) {
        #expect(RequestAttributes(HTTPRequest(path)).resource?.object == expected)
    }
}

extension HTTPRequest {
    init(_ path: String, method: Method = .get, fields: HTTPFields = [:]) {
        self.init(method: method, scheme: "https", authority: "localhost", path: path, headerFields: fields)
    }
}
