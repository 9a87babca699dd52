// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

@Suite("Pods that are wrong are refused with every cause")
struct PodValidationTests {
    private static let label =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric "
        + "character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

    private func errors(spec: String) throws -> [String] {
        try BuiltinKind("Pod").createErrors(["metadata": ["name": "p"], "spec": try JSONValue(parsing: spec)])
    }

    /// The errors of a container with these members besides name and image.
    private func errors(container: String) throws -> [String] {
        var members = try JSONValue(parsing: container)
        members.setDefault("name", "task")
        members.setDefault("image", "i")
        return try BuiltinKind("Pod").createErrors(["metadata": ["name": "p"], "spec": ["containers": [members]]])
    }

    @Test(
        "containers",
        arguments: [
            (#"{"image":""}"#, ["image: Required value"]),
            (#"{"image":" x"}"#, ["image: Invalid value: \" x\": must not have leading or trailing whitespace"]),
            (#"{"name":""}"#, ["name: Required value"]),
            (#"{"name":"Bad_Name"}"#, ["name: Invalid value: \"Bad_Name\": " + label]),
            (
                #"{"imagePullPolicy":"Sometimes"}"#,
                ["imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\""]
            ),
            (
                #"{"ports":[{"containerPort":70000}]}"#,
                ["ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive"]
            ), (#"{"ports":[{"name":"x"}]}"#, ["ports[0].containerPort: Required value"]),
            (
                #"{"ports":[{"containerPort":1,"name":"a"},{"containerPort":2,"name":"a"}]}"#,
                ["ports[1].name: Duplicate value: \"a\""]
            ),
            (
                #"{"env":[{"name":"A=B"}]}"#,
                [
                    "env[0].name: Invalid value: \"A=B\": a valid environment variable name must consist only of printable ASCII characters other than '='"
                ]
            ),
            (
                #"{"env":[{"name":"A","value":"x","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}"#,
                ["env[0].valueFrom: Invalid value: \"\": may not be specified when `value` is not empty"]
            ),
            (
                #"{"env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"spec.zzz"}}}]}"#,
                [
                    "env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.zzz\": error converting fieldPath: field label not supported: spec.zzz"
                ]
            ),
            (
                #"{"resources":{"limits":{"cpu":"1"},"requests":{"cpu":"2"}}}"#,
                ["resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1"]
            ),
            (
                #"{"resources":{"limits":{"gold":"1"},"requests":{}}}"#,
                [
                    "resources.limits[gold]: Invalid value: \"gold\": must be a standard resource type or fully qualified",
                    "resources.limits[gold]: Invalid value: \"gold\": must be a standard resource for containers",
                    "resources.requests[gold]: Invalid value: \"gold\": must be a standard resource type or fully qualified",
                    "resources.requests[gold]: Invalid value: \"gold\": must be a standard resource for containers",
                ]
            ),
            (
                #"{"volumeMounts":[{"name":"v","mountPath":""}]}"#,
                ["volumeMounts[0].name: Not found: \"v\"", "volumeMounts[0].mountPath: Required value"]
            ), (#"{"livenessProbe":{}}"#, ["livenessProbe: Required value: must specify a handler type"]),
            (
                #"{"livenessProbe":{"exec":{"command":["a"]},"tcpSocket":{"port":1}}}"#,
                ["livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"]
            ),
            (
                #"{"securityContext":{"privileged":true,"allowPrivilegeEscalation":false}}"#,
                [
                    #"securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true"#
                ]
            ),
            (
                #"{"securityContext":{"seccompProfile":{"type":"Localhost"}}}"#,
                ["securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost"]
            ),
        ]
    )
    func containers(_ container: String, _ expected: [String]) throws {
        #expect(try errors(container: container) == expected.map { "spec.containers[0]." + $0 })
    }

    @Test(
        "specs",
        arguments: [
            (#"{"containers":[]}"#, ["spec.containers: Required value"]),
            (
                #"{"containers":[{"name":"a","image":"x"},{"name":"a","image":"y"}]}"#,
                ["spec.containers[1].name: Duplicate value: \"a\""]
            ),
            (
                #"{"containers":[{"name":"A","image":""},{"name":"b"}],"restartPolicy":"Q"}"#,
                [
                    "spec.containers[0].name: Invalid value: \"A\": " + label, "spec.containers[0].image: Required value",
                    "spec.containers[1].image: Required value",
                    "spec.restartPolicy: Unsupported value: \"Q\": supported values: \"Always\", \"OnFailure\", \"Never\"",
                ]
            ),
            (
                #"{"containers":[{"name":"a","image":"x"}],"activeDeadlineSeconds":0}"#,
                ["spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"]
            ),
            (
                #"{"containers":[{"name":"a","image":"x"}],"hostname":"a.b"}"#,
                ["spec.hostname: Invalid value: \"a.b\": must not contain dots"]
            ),
            (
                #"{"containers":[{"name":"a","image":"x"}],"volumes":[{"name":"v","emptyDir":{},"configMap":{"name":"x"}}]}"#,
                ["spec.volumes[0].configMap: Forbidden: may not specify more than 1 volume type"]
            ),
            (
                #"{"containers":[{"name":"a","image":"x"}],"volumes":[{"name":"v","configMap":{}}]}"#,
                ["spec.volumes[0].configMap.name: Required value"]
            ),
            (
                #"{"containers":[{"name":"a","image":"x"}],"tolerations":[{"operator":"Maybe"}]}"#,
                [
                    "spec.tolerations[0].operator: Invalid value: \"Maybe\": operator must be Exists when `key` is empty, which means \"match all values and all keys\"",
                    "spec.tolerations[0].operator: Unsupported value: \"Maybe\": supported values: \"Equal\", \"Exists\"",
                ]
            ),
        ]
    )
    func specs(_ spec: String, _ expected: [String]) throws {
        let found = try errors(spec: spec).filter { !$0.contains("kube-api-access") }
        #expect(found == expected)
    }

    @Test(
        "what a client may write is accepted",
        arguments: [
            #"{"containers":[{"name":"a","image":"x"}],"schedulerName":"Sched Uler"}"#,
            #"{"containers":[{"name":"a","image":"x","resources":{"limits":{"example.com/gpu":"1"}}}]}"#,
            #"{"containers":[{"name":"a","image":"x","volumeMounts":[{"name":"v","mountPath":"/v"}]}],"volumes":[{"name":"v"}]}"#,
        ]
    )
    func accepted(_ spec: String) throws { #expect(try errors(spec: spec) == []) }

    @Test("a name that is no label is warned about once")
    func nameWarning() throws {
        let kind = try BuiltinKind("Pod")
        let pod = try kind.created(["metadata": ["name": .string(String(repeating: "p", count: 64))], "spec": ["containers": []]])
        let warnings = kind.definition.strategy.warnings(for: pod, old: nil, context: .test())
        #expect(
            warnings == [
                "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: "
                    + "[must be no more than 63 characters]"
            ]
        )
        #expect(kind.definition.strategy.warnings(for: pod, old: pod, context: .test(.update)) == [])
    }
}
