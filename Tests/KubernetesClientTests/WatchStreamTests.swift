// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesCore
import KubernetesMeta
import Logging
import Testing

@testable import KubernetesClient

@Suite("A watch", .timeLimit(.minutes(1)))
struct WatchStreamTests {
    private static let events = [
        #"{"type":"ADDED","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"1"},"data":{"k":"ä\n"}}}"#,
        #"{"object":{"metadata":{"name":"a","resourceVersion":"2"}},"type":"MODIFIED"}"#,
        #"{"type":"BOOKMARK","object":{"kind":"ConfigMap","metadata":{"resourceVersion":"3"}}}"#,
        #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"4","annotations":{"k8s.io/initial-events-end":"true"}}}}"#,
        #"{"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"5"}}}"#,
        #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}"#,
    ]

    private static let expected = [
        "added a 1 ä\n", "modified a 2 ", "bookmark 3 false", "bookmark 4 true", "deleted a 5 ", "error 410 Expired",
    ]

    private func stream(_ body: HTTPBody, limit: Int = 10_000) -> WatchStream<ConfigMap> {
        WatchStream(body: body, maximumEventBytes: limit, subject: "WATCH /api/v1/configmaps")
    }

    private func describe(_ event: WatchEvent<ConfigMap>) -> String {
        func words(_ object: ConfigMap) -> String {
            "\(object.metadata.name ?? "-") \(object.metadata.resourceVersion ?? "-") \(object.data?["k"] ?? "")"
        }
        return switch event {
        case .added(let object): "added \(words(object))"
        case .modified(let object): "modified \(words(object))"
        case .deleted(let object): "deleted \(words(object))"
        case .bookmark(let version, let isEnd): "bookmark \(version) \(isEnd)"
        case .error(let status): "error \(status.code ?? 0) \(status.reason ?? "-")"
        }
    }

    private func collect(_ stream: WatchStream<ConfigMap>) async throws(ClientError) -> [String] {
        var found: [String] = []
        for try await event in stream { found.append(describe(event)) }
        return found
    }

    @Test("delivers the same events wherever its bytes are cut")
    func everyCut() async throws {
        let bytes = Array(Self.events.map { $0 + "\n" }.joined().utf8)
        for cut in 0...bytes.count {
            let body = HTTPBody(pieces: [Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(try await collect(stream(body)) == Self.expected)
        }
        #expect(try await collect(stream(HTTPBody(pieces: bytes.map { [$0] }))) == Self.expected)
    }

    @Test("delivers what has come in one batch, within the limit of a batch")
    func batches() async throws {
        let line = Array((Self.events[4] + "\n").utf8)
        let many = Array(repeatElement(line, count: 2_500).joined())
        let watch = stream(HTTPBody(pieces: [many]))
        var counts: [Int] = []
        while let batch = try await watch.nextBatch() { counts.append(batch.count) }
        #expect(counts == [1_000, 1_000, 500])
    }

    @Test("that is cut off in the middle of an event delivers those before, then says so")
    func truncated() async throws {
        let watch = stream(HTTPBody(pieces: [Array((Self.events[0] + "\n" + Self.events[1]).utf8)]))
        #expect(try await watch.nextBatch()?.count == 1)
        let error = await #expect(throws: ClientError.self) { try await watch.nextBatch() }
        #expect(error?.code == .transport)
        #expect(error?.message.contains("middle of an event") == true)
        #expect(try await watch.nextBatch() == nil)
    }

    @Test(
        "that says what no watch says delivers the events before, then an error, then the end",
        arguments: [
            "garbage", "{}", #"{"type":"ADDED"}"#, #"{"type":"EXPLODED","object":{}}"#, #"{"type":"ADDED","object":[]}"#,
            #"{"type":"ADDED","object":{"kind":"Secret","apiVersion":"v1"}}"#, #"{"type":"ADDED","object":{"metadata":{}}} x"#,
            "\u{1b}[2J", #"{"type":"BOOKMARK","object":7}"#,
        ]
    )
    func unreadable(line: String) async throws {
        let watch = stream(HTTPBody(pieces: [Array((Self.events[0] + "\n" + line + "\n" + Self.events[1] + "\n").utf8)]))
        #expect(try await watch.nextBatch()?.map(describe) == ["added a 1 ä\n"])
        let error = await #expect(throws: ClientError.self) { try await watch.nextBatch() }
        #expect(error?.code == .unreadableAnswer)
        #expect(error?.message.unicodeScalars.contains("\u{1b}") == false)
        #expect(try await watch.nextBatch() == nil)
    }

    @Test("with an event above the limit ends with tooLarge, without waiting for the event's end")
    func oversized() async throws {
        let endless = HTTPBody(
            next: { () throws(TransportError) -> [UInt8]? in [UInt8](repeating: 0x20, count: 1_000) },
            cancel: {}
        )
        let error = await #expect(throws: ClientError.self) { try await stream(endless, limit: 100_000).nextBatch() }
        #expect(error?.code == .tooLarge)
    }

    @Test("passes the transport's errors on after the events that came before")
    func broken() async throws {
        let body = HTTPBody(pieces: [Array((Self.events[0] + "\n").utf8)], error: TransportError(.timedOut, "silent for 60 s"))
        let watch = stream(body)
        #expect(try await watch.nextBatch()?.count == 1)
        let error = await #expect(throws: ClientError.self) { try await watch.nextBatch() }
        #expect(error?.code == .timedOut)
        #expect(error?.message == "WATCH /api/v1/configmaps: silent for 60 s")
    }

    @Test("ends its exchange when it is dropped")
    func dropped() async throws {
        let isCancelled = Locked(false)
        do {
            let body = HTTPBody(pieces: [Array((Self.events[0] + "\n").utf8)], onCancel: { isCancelled.withLock { $0 = true } })
            #expect(try await stream(body).nextBatch()?.count == 1)
        }
        #expect(isCancelled.withLock { $0 })
    }

    @Test("tells a second reader that it is one too many")
    func secondReader() async throws {
        let (started, release) = (Signal(), Signal())
        let body = HTTPBody(
            next: { () throws(TransportError) -> [UInt8]? in
                started.set()
                await release.wait()
                return nil
            },
            cancel: {}
        )
        let watch = stream(body)
        async let first = watch.nextBatch()
        await started.wait()
        let error = await #expect(throws: ClientError.self) { try await watch.nextBatch() }
        #expect(error?.code == .invalidRequest)
        release.set()
        #expect(try await first == nil)
    }

    @Test("asks for what its options say")
    func request() async throws {
        let transport = ScriptedTransport([.stream(HTTPBody([]))])
        let client = KubernetesClient(transport: transport, logger: .init(label: "test"))
        let options = WatchOptions(
            resourceVersion: "7",
            labelSelector: "a=b,c",
            sendInitialEvents: true,
            timeout: .milliseconds(290_500),
            idleTimeout: .seconds(90),
            maximumBufferedBytes: 5
        )
        _ = try await client.watch(ConfigMap.self, namespace: "n", options: options)
        let sent = try #require(transport.sent.first)
        #expect(
            sent.line
                == "GET /api/v1/namespaces/n/configmaps?watch=true&labelSelector=a%3Db%2Cc&resourceVersion=7&allowWatchBookmarks=true"
                + "&sendInitialEvents=true&timeoutSeconds=291"
        )
        #expect(sent.options == RequestOptions(timeout: nil, idleTimeout: .seconds(90), maximumBodyBytes: 5, lane: .bulk))
    }

    @Test("that the server refuses throws its Status at once")
    func refused() async throws {
        let transport = ScriptedTransport([.answer(410, #"{"kind":"Status","code":410,"reason":"Expired","message":"too old"}"#)])
        let client = KubernetesClient(transport: transport, logger: .init(label: "test"))
        let error = await #expect(throws: ClientError.self) { try await client.watch(ConfigMap.self, options: WatchOptions()) }
        #expect(error?.isGone == true)
    }
}
