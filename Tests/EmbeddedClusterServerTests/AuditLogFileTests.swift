// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import HTTPTypes
import KubernetesJSON
import Logging
import Testing

@testable import EmbeddedCluster
@testable import EmbeddedClusterServer

@Suite("The audit log", .timeLimit(.minutes(1)))
struct AuditLogFileTests {
    private let directory: TemporaryDirectory
    private let logger = Logger(label: "audit") { _ in SwiftLogNoOpLogHandler() }

    init() throws { directory = try TemporaryDirectory() }

    private var path: String { directory.path + "/audit.log" }

    private func lines(_ path: String) throws -> [JSONValue] {
        let bytes = try #require(try PrivateDirectory(directory.path).read(String(path.split(separator: "/").last ?? "")))
        return try bytes.split(separator: 0x0A).map { try JSON.decode(JSONValue.self, from: Array($0)) }
    }

    private func send(_ cluster: EmbeddedCluster, _ method: HTTPRequest.Method, _ path: String, _ body: String = "") async {
        var head = HTTPRequest(method: method, scheme: nil, authority: nil, path: path)
        head.headerFields[.userAgent] = "test/1 leadership/4 (ns/lease; me)"
        head.headerFields[.contentType] = method == .patch ? "application/merge-patch+json" : "application/json"
        _ = await cluster.handle(head, body: Array(body.utf8), user: .admin)
    }

    @Test("each write is one line: who, under which name, what, and whether it was applied; reads are none")
    func writes() async throws {
        let cluster = try EmbeddedCluster(
            options: EmbeddedClusterOptions(audit: try AuditLogFile(path: path, logger: logger))
        )
        let maps = "/api/v1/namespaces/default/configmaps"
        await send(cluster, .get, maps)
        await send(cluster, .post, maps, #"{"metadata":{"generateName":"a-"}}"#)
        await send(cluster, .post, maps + "?dryRun=All", #"{"metadata":{"name":"dry"}}"#)
        await send(cluster, .patch, maps + "/none", "{}")
        let lease = #"{"metadata":{"name":"l"},"spec":{"holderIdentity":"me","leaseTransitions":4}}"#
        await send(cluster, .post, "/apis/coordination.k8s.io/v1/namespaces/default/leases", lease)
        await send(cluster, .delete, maps)
        let all = try lines(path)
        #expect(all.map { $0["verb"]?.string } == ["create", "create", "patch", "create", "deletecollection"])
        #expect(all.map { $0["applied"]?.bool } == [true, false, false, true, true])
        #expect(all.map { $0["responseStatus"]?["code"]?.int } == [201, 201, 404, 201, 200])
        let first = try #require(all.first)
        #expect(first["userAgent"] == "test/1 leadership/4 (ns/lease; me)")
        #expect(first["user"]?["username"] == "admin")
        #expect(first["objectRef"]?["name"]?.string?.hasPrefix("a-") == true)
        #expect(first["objectRef"]?["resourceVersion"]?.string?.isEmpty == false)
        #expect(first["objectRef"]?["namespace"] == "default" && first["objectRef"]?["resource"] == "configmaps")
        #expect(all[3]["annotations"]?["holderIdentity"] == "me" && all[3]["annotations"]?["leaseTransitions"] == "4")
    }

    @Test("there are never more than two files of the limit, and they end with the newest line")
    func rotation() throws {
        let event = { (name: String) in
            AuditEvent(
                received: 0,
                answered: 0,
                user: "u",
                userAgent: "a",
                verb: "create",
                object: AuditEvent.ObjectReference(
                    group: "",
                    resource: "pods",
                    subresource: "",
                    namespace: "n",
                    name: name,
                    uid: "",
                    resourceVersion: ""
                ),
                code: 201,
                isApplied: true,
                annotations: [:]
            )
        }
        let log = try AuditLogFile(path: path, maximumBytes: 2000, logger: logger)
        for number in 0..<100 { log.record(event("\(number)")) }
        let (old, new) = (try lines(path + ".1"), try lines(path))
        #expect(new.last?["objectRef"]?["name"] == "99")
        #expect((2...7).contains(old.count) && new.count <= 7)
        // Goes on where it was.
        try AuditLogFile(path: path, maximumBytes: 1 << 20, logger: logger).record(event("more"))
        #expect(try lines(path).count == new.count + 1)
    }

    @Test("a file that cannot be written is named")
    func refused() throws {
        let error = #expect(throws: ServerError.self) { try AuditLogFile(path: "/nowhere/audit.log", logger: logger) }
        #expect(error?.message.contains("/nowhere/audit.log") == true)
    }
}
