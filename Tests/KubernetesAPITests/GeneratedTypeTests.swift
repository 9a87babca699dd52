// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPI
import Testing

@Suite("Generated types")
struct GeneratedTypeTests {
    @Test("a pod is read into typed fields")
    func pod() throws {
        let document = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "labels": {"app": "web"}, "creationTimestamp": "2024-01-02T03:04:05Z"},
             "spec": {"containers": [{"name": "main", "image": "nginx", "ports": [{"containerPort": 80, "protocol": "TCP"}],
                "resources": {"limits": {"cpu": "500m", "memory": "1Gi"}},
                "readinessProbe": {"httpGet": {"port": "http"}, "periodSeconds": 5}}],
              "tolerations": [{"key": "k", "operator": "Exists"}], "nodeName": null},
             "status": {"phase": "Running", "containerStatuses": [{"name": "main", "ready": true, "restartCount": 2, "image": "nginx", "imageID": "x",
                "state": {"running": {"startedAt": "2024-01-02T03:04:06Z"}}}]}}
            """
        let pod = try JSON.decode(Pod.self, from: Array(document.utf8))
        #expect(pod.metadata.name == "web")
        #expect(pod.metadata.creationTimestamp == Time("2024-01-02T03:04:05Z"))
        let container = try #require(pod.spec?.containers.first)
        #expect(container.ports?.first?.containerPort == 80)
        #expect(container.resources?.limits?["memory"] == Quantity("1024Mi"))
        #expect(container.readinessProbe?.httpGet?.port == "http")
        #expect(pod.spec?.tolerations?.first?.operator == "Exists")
        #expect(pod.spec?.nodeName == nil)
        #expect(pod.status?.containerStatuses?.first?.restartCount == 2)
        #expect(pod.status?.containerStatuses?.first?.state?.running?.startedAt != nil)
        #expect(pod.unknownFields.isEmpty)
    }

    @Test("what a program makes is what is written")
    func writing() {
        var pod = Pod(
            metadata: ObjectMeta(name: "a", namespace: "b"),
            spec: PodSpec(containers: [Container(name: "c", command: ["x"])])
        )
        pod.spec?.containers[0].securityContext = SecurityContext(runAsNonRoot: true)
        pod.spec?.restartPolicy = "Never"
        #expect(
            JSONValue(encoding: pod) == [
                "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "a", "namespace": "b"],
                "spec": [
                    "containers": [["name": "c", "command": ["x"], "securityContext": ["runAsNonRoot": true]]],
                    "restartPolicy": "Never",
                ],
            ]
        )
    }

    @Test(
        "another kind is refused, a missing kind is not",
        arguments: [
            (#"{"apiVersion":"v1","kind":"Pod"}"#, true), (#"{"metadata":{}}"#, true), (#"{"kind":""}"#, true),
            (#"{"apiVersion":"v1","kind":"Status"}"#, false), (#"{"apiVersion":"v2","kind":"Pod"}"#, false),
        ]
    )
    func wrongKind(document: String, isAccepted: Bool) throws {
        if isAccepted {
            #expect(try JSON.decode(Pod.self, from: Array(document.utf8)) == Pod())
        } else {
            let error = #expect(throws: JSONError.self) { try JSON.decode(Pod.self, from: Array(document.utf8)) }
            #expect(error?.code == .wrongKind)
        }
    }

    @Test("required fields that are missing have their zero values")
    func required() throws {
        let spec = try JSON.decode(PodSpec.self, from: Array(#"{"containers":[{}]}"#.utf8))
        #expect(spec.containers == [Container(name: "")])
    }

    @Test("a schema contains itself")
    func recursion() throws {
        let schema = JSONSchemaProps(
            allOf: [JSONSchemaProps(not: JSONSchemaProps(type: "string"))],
            properties: ["a": JSONSchemaProps(default: ["x": 1], xKubernetesIntOrString: true)],
            ref: "#"
        )
        let json = JSONValue(encoding: schema)
        #expect(
            json == [
                "$ref": "#", "allOf": [["not": ["type": "string"]]],
                "properties": ["a": ["default": ["x": 1], "x-kubernetes-int-or-string": true]],
            ]
        )
        #expect(try json.decoded(as: JSONSchemaProps.self) == schema)
    }

    @Test("lists give their items and their place in the history")
    func lists() throws {
        let document =
            #"{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"9","continue":"c"},"items":[{"metadata":{"name":"a"},"data":{"k":"v"}}]}"#
        let list = try JSON.decode(ResourceList<ConfigMap>.self, from: Array(document.utf8))
        #expect(list.metadata.resourceVersion == "9")
        #expect(list.metadata.continue == "c")
        #expect(list.items == [ConfigMap(metadata: ObjectMeta(name: "a"), data: ["k": "v"])])
        #expect(try JSON.decode(ResourceList<ConfigMap>.self, from: JSON.encode(list)).items == list.items)
        #expect(throws: JSONError.self) { try JSON.decode(ResourceList<Pod>.self, from: Array(document.utf8)) }
    }

    @Test("boxed parts keep values small")
    func sizes() {
        #expect(MemoryLayout<Pod>.size <= 256)
        #expect(MemoryLayout<Container>.size <= 320)
        #expect(MemoryLayout<Volume>.size <= 320)
    }

    @Test("managed fields are carried along as they came")
    func managedFields() throws {
        let document = #"{"managedFields":[{"manager":"m","fieldsV1":{"f:a": {".":{}}}}]}"#
        let metadata = try JSON.decode(ObjectMeta.self, from: Array(document.utf8))
        #expect(metadata.managedFields?.first?.fieldsV1?.value == ["f:a": [".": [:]]])
        #expect(JSONValue(encoding: metadata) == (try JSONValue(parsing: document)))
    }
}
