// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Logging
import Testing

@testable import KubernetesClient

@Suite("The client's verbs", .timeLimit(.minutes(1)))
struct VerbsTests {
    private static let object =
        #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"n","resourceVersion":"7"}}"#

    private func client(_ transport: ScriptedTransport, sleeps: Locked<[Duration]> = Locked([])) -> KubernetesClient {
        KubernetesClient(
            transport: transport,
            defaultNamespace: "home",
            userAgent: "test/1",
            retryPolicy: .default,
            logger: Logger(label: "test"),
            sleep: { duration in
                sleeps.withLock { $0.append(duration) }
                try Task.checkCancellation()
            }
        )
    }

    private func configMap(_ name: String?, namespace: String? = nil) -> ConfigMap {
        ConfigMap(metadata: ObjectMeta(name: name, namespace: namespace))
    }

    /// Runs a call against a server that answers once, and returns what it was sent.
    private func sent(
        _ answer: String = VerbsTests.object,
        _ call: (KubernetesClient) async throws(ClientError) -> Void
    ) async throws -> ScriptedTransport.Sent {
        let transport = ScriptedTransport([.answer(200, answer)])
        try await call(client(transport))
        #expect(transport.sent.count == 1)
        return try #require(transport.sent.first)
    }

    private func sentLine(
        _ answer: String = VerbsTests.object,
        _ call: (KubernetesClient) async throws(ClientError) -> Void
    ) async throws -> String { try await sent(answer, call).line }

    @Test("get reads one object")
    func get() async throws {
        let transport = ScriptedTransport([.answer(200, Self.object)])
        let object = try await client(transport).get(ConfigMap.self, name: "a", namespace: "n")
        #expect(object.metadata.resourceVersion == "7")
        let sent = try #require(transport.sent.first)
        #expect(sent.line == "GET /api/v1/namespaces/n/configmaps/a")
        #expect(sent.head.headerFields[.accept] == "application/json")
        #expect(sent.head.headerFields[.userAgent] == "test/1")
        #expect(sent.head.headerFields[.contentType] == nil)
        #expect(sent.body.isEmpty)
    }

    @Test("the default namespace is used where one is needed and none is given; cluster kinds have none")
    func namespaces() async throws {
        #expect(
            try await sentLine { (client) throws(ClientError) in _ = try await client.get(ConfigMap.self, name: "a") }
                == "GET /api/v1/namespaces/home/configmaps/a"
        )
        let namespace = #"{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"a"}}"#
        #expect(
            try await sentLine(namespace) { (client) throws(ClientError) in _ = try await client.get(Namespace.self, name: "a") }
                == "GET /api/v1/namespaces/a"
        )
        #expect(
            try await sentLine { (client) throws(ClientError) in _ = try await client.create(configMap("a")) }
                == "POST /api/v1/namespaces/home/configmaps"
        )
    }

    @Test("list asks for what its options say, and for all namespaces by default")
    func list() async throws {
        let list =
            #"{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"a"}}]}"#
        let all = try await sent(list) { (client) throws(ClientError) in
            let list = try await client.list(ConfigMap.self)
            #expect(list.metadata.resourceVersion == "9" && list.items.map(\.metadata.name) == ["a"])
        }
        #expect(all.line == "GET /api/v1/configmaps")
        let options = ListOptions(
            labelSelector: "app in (a, b)",
            fieldSelector: "metadata.name=a",
            limit: 5,
            continueToken: "t/+=",
            resourceVersion: "0",
            resourceVersionMatch: .notOlderThan
        )
        let some = try await sent(list) { (client) throws(ClientError) in
            _ = try await client.list(ConfigMap.self, namespace: "n", options: options)
        }
        #expect(
            some.line
                == "GET /api/v1/namespaces/n/configmaps?labelSelector=app%20in%20%28a%2C%20b%29&fieldSelector=metadata.name%3Da"
                + "&limit=5&continue=t%2F%2B%3D&resourceVersion=0&resourceVersionMatch=NotOlderThan"
        )
    }

    @Test("pages go on until there is no token, and ask for the revision only once")
    func pages() async throws {
        func page(_ token: String, _ name: String) -> ScriptedTransport.Step {
            .answer(
                200,
                #"{"kind":"ConfigMapList","metadata":{"continue":"\#(token)"},"items":[{"metadata":{"name":"\#(name)"}}]}"#
            )
        }
        let transport = ScriptedTransport([page("x", "a"), page("y", "b"), page("", "c")])
        var names: [String?] = []
        for try await page in client(transport).pages(ConfigMap.self, options: ListOptions(limit: 1, resourceVersion: "3")) {
            names += page.items.map(\.metadata.name)
        }
        #expect(names == ["a", "b", "c"])
        #expect(
            transport.sent.map(\.line) == [
                "GET /api/v1/configmaps?limit=1&resourceVersion=3", "GET /api/v1/configmaps?limit=1&continue=x",
                "GET /api/v1/configmaps?limit=1&continue=y",
            ]
        )
    }

    @Test("create, replace and their options")
    func writes() async throws {
        let options = WriteOptions(fieldManager: "me too", dryRun: true, fieldValidation: .strict)
        let created = try await sent { (client) throws(ClientError) in
            _ = try await client.create(configMap("a", namespace: "n"), options: options)
        }
        #expect(created.line == "POST /api/v1/namespaces/n/configmaps?fieldManager=me%20too&dryRun=All&fieldValidation=Strict")
        #expect(created.head.headerFields[.contentType] == "application/json")
        #expect(created.text == #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"n"}}"#)
        let replaced = try await sent { (client) throws(ClientError) in
            _ = try await client.replace(configMap("a", namespace: "n"), subresource: "status")
        }
        #expect(replaced.line == "PUT /api/v1/namespaces/n/configmaps/a/status")
    }

    @Test("each kind of patch has its media type and body")
    func patches() async throws {
        let rows: [(Patch, String, String)] = [
            (.merge(["a": nil]), "application/merge-patch+json", #"{"a":null}"#),
            (.strategicMerge(["a": 1]), "application/strategic-merge-patch+json", #"{"a":1}"#),
            (.apply(["a": 1]), "application/apply-patch+yaml", #"{"a":1}"#),
            (
                .json([
                    .test(path: "/metadata/uid", value: "u"), .add(path: JSONPointer(["a/b", "~"]), value: [1]),
                    .remove(path: "/c"),
                    .replace(path: JSONPointer(["d"]).appending("e/f"), value: true), .move(from: "/g", path: "/h"),
                    .copy(from: "/i", path: "/j"),
                ]),
                "application/json-patch+json",
                #"[{"op":"test","path":"/metadata/uid","value":"u"},{"op":"add","path":"/a~1b/~0","value":[1]},"#
                    + #"{"op":"remove","path":"/c"},{"op":"replace","path":"/d/e~1f","value":true},"#
                    + #"{"op":"move","from":"/g","path":"/h"},{"op":"copy","from":"/i","path":"/j"}]"#
            ),
        ]
        for (patch, type, body) in rows {
            let sent = try await sent { (client) throws(ClientError) in
                let options = WriteOptions(fieldManager: "me")
                _ = try await client.patch(
                    ConfigMap.self,
                    name: "a",
                    namespace: "n",
                    patch,
                    subresource: "status",
                    options: options
                )
            }
            #expect(sent.line == "PATCH /api/v1/namespaces/n/configmaps/a/status?fieldManager=me")
            #expect(sent.head.headerFields[.contentType] == type)
            #expect(sent.text == body)
        }
    }

    @Test("server-side apply without a manager is refused before it is sent")
    func applyNeedsManager() async throws {
        let transport = ScriptedTransport([])
        let error = await #expect(throws: ClientError.self) {
            try await client(transport).patch(ConfigMap.self, name: "a", .apply([:]))
        }
        #expect(error?.code == .invalidRequest)
        #expect(transport.sent.isEmpty)
    }

    @Test("delete carries its preconditions")
    func delete() async throws {
        let sent = try await sent { (client) throws(ClientError) in
            let options = DeleteOptions(uid: "u", resourceVersion: "3", gracePeriodSeconds: 0, propagation: .foreground)
            try await client.delete(ConfigMap.self, name: "a", namespace: "n", options: options)
        }
        #expect(sent.line == "DELETE /api/v1/namespaces/n/configmaps/a")
        let body = try JSONValue(parsing: sent.text)
        #expect(
            body == [
                "kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0, "propagationPolicy": "Foreground",
                "preconditions": ["uid": "u", "resourceVersion": "3"],
            ]
        )
    }

    @Test("logs take their own lane and options")
    func logs() async throws {
        let transport = ScriptedTransport([.answer(200, "line\n")])
        let options = LogOptions(follow: true, tailLines: 10, limitBytes: 99, sinceSeconds: 5, timestamps: true, previous: true)
        let body = try await client(transport).logs(pod: "p", container: "c", options: options)
        #expect(try await body.collect(upTo: 100) == Array("line\n".utf8))
        let sent = try #require(transport.sent.first)
        #expect(
            sent.line
                == "GET /api/v1/namespaces/home/pods/p/log?container=c&follow=true&tailLines=10&limitBytes=99&sinceSeconds=5"
                + "&timestamps=true&previous=true"
        )
        #expect(sent.options.lane == .stream)
        #expect(sent.options.timeout == nil)
    }

    @Test("the raw request returns error answers instead of throwing them")
    func raw() async throws {
        let transport = ScriptedTransport([.answer(404, "nope")])
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/version?x=1")
        let (answer, body) = try await client(transport).request(head)
        #expect(answer.status.code == 404)
        #expect(body == Array("nope".utf8))
        #expect(transport.sent.first?.line == "GET /version?x=1")
    }

    @Test(
        "a name that could lead elsewhere is refused before anything is sent",
        arguments: ["", ".", "..", "a/b", "a%2fb", "a\nb", String(repeating: "a", count: 254)]
    )
    func names(name: String) async throws {
        let transport = ScriptedTransport([])
        let calls: [(KubernetesClient) async throws -> Void] = [
            { _ = try await $0.get(ConfigMap.self, name: name) },
            { _ = try await $0.get(ConfigMap.self, name: "a", namespace: name) },
            { try await $0.delete(ConfigMap.self, name: name) },
            { _ = try await $0.logs(pod: name) },
        ]
        for call in calls {
            let error = await #expect(throws: ClientError.self) { try await call(client(transport)) }
            #expect(error?.code == .invalidRequest)
            #expect(error?.message.contains("\n") == false)
        }
        #expect(transport.sent.isEmpty)
    }

    @Test("names of other alphabets are encoded")
    func encoding() async throws {
        let sent = try await sent { (client) throws(ClientError) in _ = try await client.get(ConfigMap.self, name: "ä b?c#d") }
        #expect(sent.line == "GET /api/v1/namespaces/home/configmaps/%C3%A4%20b%3Fc%23d")
    }

    // MARK: Errors

    @Test("the server's Status is in the error")
    func status() async throws {
        let body =
            #"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"configmaps \"a\" not found","reason":"NotFound","#
            + #""details":{"name":"a","kind":"configmaps"},"code":404}"#
        let transport = ScriptedTransport([.answer(404, body)])
        let error = try #require(
            await #expect(throws: ClientError.self) { try await client(transport).get(ConfigMap.self, name: "a") }
        )
        #expect(error.code == .status)
        #expect(error.isNotFound && !error.isConflict)
        #expect(error.status?.details?.name == "a")
        #expect(error.message == #"GET /api/v1/namespaces/home/configmaps/a: configmaps "a" not found (404 NotFound)"#)
    }

    @Test("conflicts and existing objects are told apart")
    func conflicts() async throws {
        func error(_ reason: String) async throws -> ClientError {
            let body = #"{"kind":"Status","message":"m","reason":"\#(reason)","code":409}"#
            let client = client(ScriptedTransport([.answer(409, body)]))
            return try #require(await #expect(throws: ClientError.self) { try await client.create(configMap("a")) })
        }
        let conflict = try await error("Conflict")
        #expect(conflict.isConflict && !conflict.isAlreadyExists)
        let exists = try await error("AlreadyExists")
        #expect(exists.isAlreadyExists && !exists.isConflict)
    }

    @Test(
        "an answer that is no Status still gives one, with the text made harmless",
        arguments: ["<html>\u{1b}[31m", "", "[1]", "{}", "null"]
    )
    func foreignError(body: String) async throws {
        let client = client(ScriptedTransport([.answer(502, body)]))
        let error = try #require(await #expect(throws: ClientError.self) { try await client.get(ConfigMap.self, name: "a") })
        #expect(error.statusCode == 502 && error.isServerError)
        #expect(!error.message.unicodeScalars.contains("\u{1b}"))
        #expect(error.status?.message?.isEmpty == false)
    }

    @Test(
        "an answer of another kind, or of none, is unreadable",
        arguments: ["{", "[]", #"{"kind":"Secret","apiVersion":"v1"}"#, ""]
    )
    func unreadable(body: String) async throws {
        let client = client(ScriptedTransport([.answer(200, body)]))
        let error = await #expect(throws: ClientError.self) { try await client.get(ConfigMap.self, name: "a") }
        #expect(error?.code == .unreadableAnswer)
        #expect(error?.underlying is JSONError)
    }

    @Test("a large answer is decoded like a small one")
    func large() async throws {
        let text = String(repeating: "x", count: 100_000)
        let client = client(ScriptedTransport([.answer(200, #"{"metadata":{"name":"a"},"data":{"k":"\#(text)"}}"#)]))
        #expect(try await client.get(ConfigMap.self, name: "a").data?["k"] == text)
    }

    @Test("an answer above the limit is refused")
    func tooLarge() async throws {
        let client = client(ScriptedTransport([.answer(200, Self.object)]))
        let error = await #expect(throws: ClientError.self) {
            try await client.get(ConfigMap.self, name: "a", options: RequestOptions(maximumBodyBytes: 10))
        }
        #expect(error?.code == .tooLarge)
    }

    // MARK: Repeating

    @Test("what the server asks to wait is waited, then the request is sent again as it was")
    func repeats() async throws {
        let retryAfter = [HTTPField(name: .retryAfter, value: "3")]
        let transport = ScriptedTransport([
            .answer(429, "slow", retryAfter), .answer(503, "", retryAfter), .answer(201, Self.object),
        ])
        let sleeps = Locked<[Duration]>([])
        _ = try await client(transport, sleeps: sleeps).create(configMap("a"))
        #expect(sleeps.withLock { $0 } == [.seconds(3), .seconds(3)])
        #expect(transport.sent.count == 3)
        #expect(Set(transport.sent.map(\.text)).count == 1)
    }

    @Test("when tries run out the last answer is thrown, with its Retry-After")
    func givesUp() async throws {
        let busy = ScriptedTransport.Step.answer(429, "busy", [HTTPField(name: .retryAfter, value: "1")])
        let transport = ScriptedTransport(Array(repeating: busy, count: 20))
        let error = await #expect(throws: ClientError.self) { try await client(transport).get(ConfigMap.self, name: "a") }
        #expect(error?.isTooManyRequests == true)
        #expect(error?.retryAfter == .seconds(1))
        #expect(transport.sent.count == 10)
    }

    @Test("a write whose connection broke is not sent again; a read is, once")
    func brokenConnection() async throws {
        let broken = ScriptedTransport.Step.fail(TransportError(.closed, "gone"))
        let write = ScriptedTransport([broken, .answer(200, Self.object)])
        let error = await #expect(throws: ClientError.self) { try await client(write).create(configMap("a")) }
        #expect(error?.code == .transport)
        #expect(write.sent.count == 1)
        let read = ScriptedTransport([broken, .answer(200, Self.object)])
        _ = try await client(read).get(ConfigMap.self, name: "a")
        #expect(read.sent.count == 2)
    }

    @Test("with the policy never, nothing is sent twice")
    func never() async throws {
        let transport = ScriptedTransport([.answer(429, "", [HTTPField(name: .retryAfter, value: "0")])])
        let error = await #expect(throws: ClientError.self) {
            try await client(transport).with(retryPolicy: .never).get(ConfigMap.self, name: "a")
        }
        #expect(error?.isTooManyRequests == true)
    }

    @Test("on the lane of the lease nothing is sent twice")
    func lease() async throws {
        let transport = ScriptedTransport([
            .answer(503, "", [HTTPField(name: .retryAfter, value: "0")]), .answer(200, Self.object),
        ])
        let error = await #expect(throws: ClientError.self) {
            try await client(transport).get(ConfigMap.self, name: "a", options: RequestOptions(lane: .lease))
        }
        #expect(error?.isServerError == true)
        #expect(transport.sent.count == 1)
    }

    @Test("cancellation while waiting for the next try ends the call")
    func cancelledWait() async throws {
        let transport = ScriptedTransport([.answer(429, "", [HTTPField(name: .retryAfter, value: "1")])])
        let client = client(transport)
        let error = await withTaskGroup(of: ClientError?.self) { group in
            group.addTask {
                withUnsafeCurrentTask { $0?.cancel() }
                do throws(ClientError) {
                    _ = try await client.get(ConfigMap.self, name: "a")
                    return nil
                } catch {
                    return error
                }
            }
            return await group.next() ?? nil
        }
        #expect(error?.isCanceled == true)
        #expect(transport.sent.count == 1)
    }
}
