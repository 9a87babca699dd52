// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

@Suite("Built-in kinds are decoded as Go decodes them")
struct TypedDecoderTests {
    private func decode(_ value: JSONValue, _ kind: String) -> (object: JSONValue, error: String?, unknown: [String]) {
        var decoder = TypedDecoder()
        let object = decoder.decode(value, as: "io.k8s.api." + kind)
        return (object, decoder.error, decoder.unknownFields)
    }

    @Test(
        "a value of another type is named with its struct, its path and its Go type",
        arguments: [
            (#"{"data":{"k":1}}"#, "core.v1.ConfigMap", "number into Go struct field ConfigMap.data of type string"),
            (#"{"data":["a"]}"#, "core.v1.ConfigMap", "array into Go struct field ConfigMap.data of type map[string]string"),
            (#"{"metadata":"x"}"#, "core.v1.ConfigMap", "string into Go struct field ConfigMap.metadata of type v1.ObjectMeta"),
            (
                #"{"metadata":{"labels":{"a":1}}}"#, "core.v1.Pod",
                "number into Go struct field ObjectMeta.metadata.labels of type string"
            ),
            (
                #"{"spec":{"containers":{}}}"#, "core.v1.Pod",
                "object into Go struct field PodSpec.spec.containers of type []v1.Container"
            ),
            (
                #"{"spec":{"containers":[{"ports":[{"containerPort":"80"}]}]}}"#, "core.v1.Pod",
                "string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32"
            ),
            (
                #"{"spec":{"terminationGracePeriodSeconds":1.5}}"#, "core.v1.Pod",
                "number 1.5 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64"
            ),
            (
                #"{"spec":{"priority":3000000000}}"#, "core.v1.Pod",
                "number 3000000000 into Go struct field PodSpec.spec.priority of type int32"
            ),
            (
                #"{"spec":{"renewTime":5}}"#, "coordination.v1.Lease",
                "number into Go struct field LeaseSpec.spec.renewTime of type string"
            ),
        ]
    )
    func typeErrors(_ body: String, _ kind: String, _ expected: String) throws {
        #expect(decode(try JSONValue(parsing: body), kind).error == "json: cannot unmarshal " + expected)
    }

    @Test("of several errors the first is reported")
    func firstError() {
        #expect(decode(["data": ["a": 1, "b": true]], "core.v1.ConfigMap").error?.contains("number") == true)
    }

    @Test("unknown fields are found in the order of the body, and dropped")
    func unknownFields() {
        let body: JSONValue = [
            "spec": ["containers": [["name": "c", "imagePullPolice": "x", "resources": ["limit": .object([:])]]], "specx": 1],
            "extra": 1,
        ]
        let result = decode(body, "core.v1.Pod")
        #expect(
            result.unknown == ["spec.containers[0].imagePullPolice", "spec.containers[0].resources.limit", "spec.specx", "extra"]
        )
        #expect(result.object["extra"] == nil)
        #expect(result.object.at("spec", "specx") == nil)
        #expect(result.error == nil)
    }

    @Test("what holds nothing is left out, or kept where Go has a pointer")
    func emptiness() {
        let pod = decode(
            [
                "metadata": ["labels": .object([:]), "name": "p", "generateName": ""],
                "spec": [
                    "hostNetwork": false, "enableServiceLinks": false, "nodeName": "", "volumes": [], "priority": 0,
                    "containers": [
                        ["name": "c", "image": "i", "env": [["name": "A", "value": ""]], "stdin": false, "command": .null]
                    ],
                ],
            ],
            "core.v1.Pod"
        ).object
        #expect(pod["metadata"] == ["name": "p"])
        #expect(pod["spec"]?["hostNetwork"] == nil)
        #expect(pod["spec"]?["enableServiceLinks"] == false)
        #expect(pod["spec"]?["priority"] == 0)
        #expect(pod["spec"]?["nodeName"] == nil)
        #expect(pod["spec"]?["volumes"] == nil)
        #expect(
            pod.at("spec", "containers")?[0] == ["name": "c", "image": "i", "env": [["name": "A"]], "resources": .object([:])]
        )
    }

    @Test("what Go always writes is there")
    func alwaysPresent() {
        let event = decode(["involvedObject": ["namespace": "n"]], "core.v1.Event").object
        for field in ["eventTime", "firstTimestamp", "lastTimestamp"] { #expect(event[field] == .null) }
        #expect(event["source"] == .object([:]))
        #expect(event["reportingComponent"] == "")
        let status = decode(["status": ["containerStatuses": [["name": "c", "state": .object([:])]]]], "core.v1.Pod").object
        let container = status.at("status", "containerStatuses")?[0]
        #expect(container?["lastState"] == .object([:]))
        #expect(container?["restartCount"] == 0)
        #expect(container?["imageID"] == "")
        let pod = decode(["status": ["conditions": [["type": "Ready", "status": "True"]]]], "core.v1.Pod").object
        #expect(pod.at("status", "conditions")?[0]?["lastTransitionTime"] == .null)
    }

    @Test("quantities, times and null values get their canonical form")
    func canonicalForms() {
        let resources: JSONValue = [
            "limits": ["cpu": "0.5", "memory": "1024Mi", "ephemeral-storage": "1e3"], "requests": ["cpu": 2],
        ]
        let pod = decode(["spec": ["containers": [["resources": resources]]]], "core.v1.Pod").object
        let expected: JSONValue = [
            "limits": ["cpu": "500m", "memory": "1Gi", "ephemeral-storage": "1e3"], "requests": ["cpu": "2"],
        ]
        #expect(pod.at("spec", "containers")?[0]?["resources"] == expected)
        let lease = decode(["spec": ["renewTime": "2024-03-01T12:00:00.000000+02:00"]], "coordination.v1.Lease").object
        #expect(lease.at("spec", "renewTime") == "2024-03-01T10:00:00.000000Z")
        #expect(decode(["data": ["k": .null]], "core.v1.ConfigMap").object["data"] == ["k": ""])
    }

    @Test("every kind that is served has a type")
    func allKindsHaveTypes() {
        for definition in BuiltinResources.definitions() {
            let name = BuiltinTypes.shared.definitionName(
                group: definition.group,
                version: definition.version,
                kind: definition.kind
            )
            #expect(name != nil, "\(definition.apiVersion) \(definition.kind)")
            #expect(BuiltinTypes.shared.structure(name ?? "").fields["metadata"] != nil, "\(definition.kind)")
        }
    }

    @Test("the fields that are known from Go exist")
    func goFieldsExist() {
        let structures = Set(BuiltinTypes.shared.schemas.keys.map { String($0.split(separator: ".").last ?? "") })
        let known = GoFields.valueIntegers.union(GoFields.valueBooleans).union(GoFields.pointerStrings).union(
            GoFields.omittedTimes
        )
        .union(GoFields.writtenWhenEmpty).union(GoFields.nullLists).union(GoFields.namedTypes.keys)
        for entry in known {
            let parts = entry.split(separator: ".").map(String.init)
            guard structures.contains(parts[0]) else { continue }
            let holders = BuiltinTypes.shared.schemas.keys.filter { $0.hasSuffix("." + parts[0]) }
            #expect(holders.contains { BuiltinTypes.shared.structure($0).fields[parts[1]] != nil }, "\(entry)")
        }
    }
}
