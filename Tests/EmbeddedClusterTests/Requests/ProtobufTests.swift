// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("Bodies in protobuf", .timeLimit(.minutes(1)))
struct ProtobufTests {
    /// A field of bytes.
    private func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
        precondition(content.count < 128 && number < 16)
        return [number << 3 | 2, UInt8(content.count)] + content
    }

    private func text(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

    private func envelope(_ apiVersion: String, _ kind: String, _ raw: [UInt8]) -> [UInt8] {
        ProtobufReader.prefix + field(1, text(1, apiVersion) + text(2, kind)) + field(2, raw) + text(3, "") + text(4, "")
    }

    /// What `kubectl create configmap` sends: empty members are there, and an empty creation time.
    private var configMap: [UInt8] {
        let label = text(1, "app") + text(2, "x")
        let metadata = text(1, "made") + text(2, "") + text(3, "default") + [7 << 3, 0] + field(8, []) + field(11, label)
        return envelope(
            "v1",
            "ConfigMap",
            field(1, metadata) + field(2, text(1, "k") + text(2, "v")) + field(3, text(1, "b") + field(2, [104, 105]))
        )
    }

    @Test("a ConfigMap becomes the object that JSON would have made")
    func configMapObject() throws {
        let expected: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "made", "namespace": "default", "labels": ["app": "x"]],
            "data": ["k": "v"], "binaryData": ["b": "aGk="],
        ]
        #expect(try ProtobufReader.object(configMap) == expected)
    }

    @Test("the core group in the rules of a role is an empty text, and stays")
    func emptyElement() throws {
        let rule = text(1, "get") + text(2, "") + text(3, "pods")
        let body = envelope("rbac.authorization.k8s.io/v1", "Role", field(1, text(1, "r")) + field(2, rule))
        #expect(try ProtobufReader.object(body)?["rules"] == [["verbs": ["get"], "apiGroups": [""], "resources": ["pods"]]])
    }

    @Test("a kind without a known shape is refused with a way out")
    func unknownKind() async throws {
        let cluster = try TestCluster()
        var head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/api/v1/namespaces/default/pods")
        head.headerFields[.contentType] = "application/vnd.kubernetes.protobuf"
        let exchange = await cluster.cluster.handle(head, body: envelope("v1", "Pod", []), user: .admin)
        let status = try JSONValue(parsing: try await exchange.body.collect(upTo: 1 << 20))
        #expect(status["code"] == 415)
        #expect(status["message"]?.string?.contains("kubectl create -f") == true)
    }

    @Test("no cut of a message is read past its end")
    func truncated() {
        for length in 4..<configMap.count {
            // Cut at a field's border, a message is whole.
            do { _ = try ProtobufReader.object(Array(configMap[..<length])) } catch { continue }
        }
    }

    @Test("random bytes are refused or read, and nothing else", arguments: [1, 2, 3, 4, 5] as [UInt64])
    func random(_ seed: UInt64) {
        var generator = SplitMix(state: seed)
        for _ in 0..<2000 {
            var bytes = configMap
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                bytes[Int.random(in: 4..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            do { _ = try ProtobufReader.object(bytes) } catch { continue }
        }
    }
}
