// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

@Suite("The server fills in what pods leave out")
struct PodDefaultsTests {
    private func pod(_ spec: JSONValue, container: JSONValue = ["name": "c", "image": "python:3.11"]) throws -> JSONValue {
        var spec = spec
        if spec["containers"] == nil { spec["containers"] = [container] }
        if spec["automountServiceAccountToken"] == nil { spec["automountServiceAccountToken"] = false }
        return try BuiltinKind("Pod").created(["metadata": ["name": "p"], "spec": spec])
    }

    @Test("a minimal pod has everything that its node needs to know")
    func minimal() throws {
        let pod = try pod(.object([:]))
        let expected: JSONValue = [
            "containers": [
                [
                    "name": "c", "image": "python:3.11", "resources": .object([:]), "imagePullPolicy": "IfNotPresent",
                    "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
                ]
            ],
            "automountServiceAccountToken": false, "restartPolicy": "Always", "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst", "securityContext": .object([:]), "schedulerName": "default-scheduler", "priority": 0,
            "enableServiceLinks": true, "preemptionPolicy": "PreemptLowerPriority", "serviceAccount": "default",
            "serviceAccountName": "default",
            "tolerations": [
                ["key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300],
                ["key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300],
            ],
        ]
        #expect(pod["spec"] == expected)
        #expect(pod["status"] == ["phase": "Pending", "qosClass": "BestEffort"])
        #expect(pod.at("metadata", "generation") == 1)
    }

    @Test(
        "images without a tag, and latest ones, are always pulled",
        arguments: [
            ("python", "Always"), ("python:latest", "Always"), ("host:5000/python", "Always"), ("python:3", "IfNotPresent"),
            ("host:5000/python:3", "IfNotPresent"), ("python@sha256:abc", "IfNotPresent"), ("python:latest@sha256:abc", "Always"),
        ]
    )
    func pullPolicy(_ image: String, _ policy: String) throws {
        let pod = try pod(.object([:]), container: ["name": "c", "image": .string(image)])
        #expect(pod.at("spec", "containers")?[0]?["imagePullPolicy"] == .string(policy))
    }

    @Test(
        "the class of service follows from requests and limits",
        arguments: [
            (#"{}"#, "BestEffort"), (#"{"limits":{"cpu":"1","memory":"1Gi"}}"#, "Guaranteed"),
            (#"{"requests":{"memory":"1Gi"}}"#, "Burstable"), (#"{"limits":{"cpu":"1"}}"#, "Burstable"),
            (#"{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m"}}"#, "Burstable"),
            (#"{"limits":{"cpu":"0","memory":"0"}}"#, "BestEffort"),
        ]
    )
    func qualityOfService(_ resources: String, _ expected: String) throws {
        let container: JSONValue = ["name": "c", "image": "i", "resources": try JSONValue(parsing: resources)]
        #expect(try pod(.object([:]), container: container).at("status", "qosClass") == .string(expected))
    }

    @Test("limits are requests where none are given")
    func requests() throws {
        let resources: JSONValue = ["limits": ["cpu": "500m", "memory": "128Mi"], "requests": ["cpu": "0.1"]]
        let container = try pod(.object([:]), container: ["name": "c", "image": "i", "resources": resources])
            .at("spec", "containers")?[0]
        #expect(container?.at("resources", "requests") == ["cpu": "100m", "memory": "128Mi"])
    }

    @Test("on the host's network container ports are host ports")
    func hostNetwork() throws {
        let container: JSONValue = ["name": "c", "image": "i", "ports": [["containerPort": 80]]]
        let ports = try pod(["hostNetwork": true], container: container).at("spec", "containers")?[0]?["ports"]
        #expect(ports == [["containerPort": 80, "protocol": "TCP", "hostPort": 80]])
    }

    @Test("probes get their numbers, HTTP actions their path and scheme")
    func probes() throws {
        let container: JSONValue = ["name": "c", "image": "i", "livenessProbe": ["httpGet": ["port": 8080]]]
        let probe = try pod(.object([:]), container: container).at("spec", "containers")?[0]?["livenessProbe"]
        let expected: JSONValue = [
            "httpGet": ["port": 8080, "path": "/", "scheme": "HTTP"], "timeoutSeconds": 1, "periodSeconds": 10,
            "successThreshold": 1,
            "failureThreshold": 3,
        ]
        #expect(probe == expected)
    }

    @Test("a toleration that the pod has is not added again")
    func tolerations() throws {
        let own: JSONValue = [
            "key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5,
        ]
        let tolerations = try pod(["tolerations": [own]])["spec"]?.elements("tolerations")
        #expect(tolerations?.count == 2)
        #expect(tolerations?.first == own)
    }

    @Test(
        "a token is projected unless pod or account say no",
        arguments: [
            (nil as Bool?, nil as Bool?, true), (false, nil, false), (nil, false, false), (true, false, true),
        ]
    )
    func token(_ ofPod: Bool?, _ ofAccount: Bool?, _ expected: Bool) throws {
        var context = RequestContext.test()
        let key = StorageKey(group: "", resource: "serviceaccounts", namespace: "default", name: "default")
        context.referenced[key] = ["automountServiceAccountToken": ofAccount.map(JSONValue.bool) ?? .null]
        var spec: JSONValue = ["containers": [["name": "c", "image": "i"]]]
        spec["automountServiceAccountToken"] = ofPod.map(JSONValue.bool)
        let pod = try BuiltinKind("Pod").created(["metadata": ["name": "p"], "spec": spec], context: context)
        let mount = pod.at("spec", "containers")?[0]?["volumeMounts"]?[0]
        #expect((mount?["name"] == "kube-api-access-xxxxx") == expected)
        #expect((pod.at("spec", "volumes")?[0]?.at("projected", "sources")?[0]?["serviceAccountToken"] != nil) == expected)
    }

    @Test("accounts and priority classes that do not exist are refused as forbidden")
    func missingReferences() throws {
        let kind = try BuiltinKind("Pod")
        let body = { (spec: JSONValue) -> JSONValue in
            var spec = spec
            spec["containers"] = [["name": "c", "image": "i"]]
            return ["metadata": ["name": "p"], "spec": spec]
        }
        let account = #expect(throws: StatusError.self) { try kind.created(body(["serviceAccountName": "nobody"])) }
        #expect(account?.code == 403)
        #expect(
            account?.message
                == "pods \"p\" is forbidden: error looking up service account default/nobody: serviceaccount \"nobody\" not found"
        )
        let priority = #expect(throws: StatusError.self) { try kind.created(body(["priorityClassName": "nope"])) }
        #expect(priority?.message == "pods \"p\" is forbidden: no PriorityClass with name nope was found")
        let critical = try kind.created(body(["priorityClassName": "system-node-critical"]))
        #expect(critical.at("spec", "priority") == 2_000_001_000)
    }
}
