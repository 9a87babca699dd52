// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The structural schema of an AgentTask, as the CustomResourceDefinition holds it.
///
/// The CEL rules are those of ``AgentTaskRules``; each place of the schema takes the rules that belong there.
enum AgentTaskSchema {
    static var document: JSONValue {
        object(
            "A piece of code that is run once, isolated, and its result.",
            [
                ("apiVersion", string("The version of this API.")),
                ("kind", string("The kind of this object.")),
                ("metadata", ["type": "object"]),
                ("spec", spec),
                ("status", status),
            ],
            required: ["spec"],
            rules: .object
        )
    }

    // MARK: spec

    private static var spec: JSONValue {
        object(
            "What to run and within which limits.",
            [
                (
                    "runtimeProfile",
                    string(
                        "The environment to run in. Immutable.",
                        minLength: 1,
                        maxLength: 63,
                        pattern: "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"
                    )
                ),
                ("code", code),
                ("args", array("Arguments of the program.", of: string(nil, maxLength: 32_768), maxItems: 64)),
                ("env", env),
                ("resources", resources),
                (
                    "timeoutSeconds",
                    integer(
                        "Seconds that the program may run, from the container's start. May be lowered, never raised.",
                        minimum: 1,
                        maximum: 86_400,
                        default: 300,
                        rules: .timeoutSeconds
                    )
                ),
                (
                    "startupTimeoutSeconds",
                    integer("Seconds from admission to the container's start.", minimum: 1, maximum: 86_400, default: 300)
                ),
                ("canceled", boolean("Stop the task. Cannot be unset.")),
                ("suspend", boolean("Hold the task before it is admitted.")),
                ("ttlSecondsAfterFinished", integer("Delete the task that many seconds after its end.", minimum: 0)),
                ("backoffLimit", integer("How often the task is tried again.", minimum: 0, maximum: 10, default: 0)),
                (
                    "retryPolicy",
                    enumeration(
                        "Which failures are tried again.",
                        ["Never", "OnInfrastructureFailure", "OnFailure"],
                        default: "OnInfrastructureFailure"
                    )
                ),
                ("priorityClassName", string("The PriorityClass of the pod and of the task's place in line.", maxLength: 253)),
                (
                    "tenant",
                    string(
                        "The tenant, as a label value. Immutable.",
                        maxLength: 63,
                        pattern: "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"
                    )
                ),
                ("backend", enumeration("What runs the task. Immutable.", ["", "auto", "pod", "sandbox"])),
                (
                    "network",
                    object("Network access.", [("profile", string("A network set of the runtime profile.", maxLength: 63))])
                ),
            ],
            required: ["runtimeProfile", "code"],
            rules: .spec
        )
    }

    private static var code: JSONValue {
        object(
            "The program: exactly one of source and configMapRef. Immutable.",
            [
                ("source", string("The program's text.", maxLength: 1_000_000)),
                (
                    "configMapRef",
                    object(
                        "The program in a ConfigMap of the same namespace.",
                        [
                            ("name", string("The ConfigMap.", minLength: 1, maxLength: 253)),
                            ("key", string("The key; when absent, the entrypoint's name.", maxLength: 253)),
                            (
                                "optional",
                                boolean("Accepted for compatibility; code that does not exist is a failure either way.")
                            ),
                        ],
                        required: ["name"]
                    )
                ),
                (
                    "files",
                    [
                        "type": "object", "description": "More read-only files beside the entrypoint, by name.",
                        "maxProperties": 32,
                        "additionalProperties": ["type": "string", "maxLength": 262_144],
                    ]
                ),
            ],
            rules: .code
        )
    }

    private static var env: JSONValue {
        var value = array(
            "Environment of the program.",
            of: object(
                nil,
                [
                    ("name", string("The variable.", minLength: 1, maxLength: 253)),
                    ("value", string("Its value.", maxLength: 32_768)),
                    (
                        "valueFrom",
                        object(
                            "Where its value comes from.",
                            [
                                (
                                    "secretKeyRef",
                                    object(
                                        "A key of a Secret that the runtime profile allows.",
                                        [
                                            ("name", string("The Secret.", minLength: 1, maxLength: 253)),
                                            ("key", string("The key.", minLength: 1, maxLength: 253)),
                                            ("optional", boolean("Whether the Secret may be absent.")),
                                        ],
                                        required: ["name", "key"]
                                    )
                                )
                            ],
                            required: ["secretKeyRef"]
                        )
                    ),
                ],
                required: ["name"],
                rules: .env
            ),
            maxItems: 64
        )
        value["x-kubernetes-list-type"] = "map"
        value["x-kubernetes-list-map-keys"] = ["name"]
        return value
    }

    private static var resources: JSONValue {
        let quantities: JSONValue = [
            "type": "object",
            "additionalProperties": [
                "anyOf": [["type": "integer"], ["type": "string"]], "x-kubernetes-int-or-string": true,
                "pattern": .string(quantityPattern),
            ],
        ]
        return object(
            "CPU, memory and ephemeral storage. The runtime profile gives defaults and maxima.",
            [
                ("limits", quantities), ("requests", quantities),
                (
                    "claims",
                    array(
                        "Refused: a task cannot claim devices.",
                        of: object(nil, [("name", string(nil))], required: ["name"]),
                        maxItems: 0
                    )
                ),
            ]
        )
    }

    /// The pattern that Kubernetes' own CRD generator writes for a Quantity.
    private static let quantityPattern =
        #"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$"#

    // MARK: status

    private static var status: JSONValue {
        object(
            "What the operator saw.",
            [
                ("phase", enumeration("Where the task is in its life.", TaskPhase.allCases.map(\.rawValue))),
                ("reason", string("Why, in one word.", maxLength: 256)),
                ("message", string("Why, in a sentence.", maxLength: 4096)),
                ("exitCode", integer("The program's exit code.")),
                ("signal", integer("The signal that ended the program.")),
                (
                    "podRef",
                    object(
                        "The pod of the last attempt.",
                        [("name", string(nil)), ("namespace", string(nil)), ("uid", string(nil))]
                    )
                ),
                ("startTime", time("When the task was accepted.")),
                ("admittedTime", time("When the task was admitted.")),
                ("executionStartTime", time("When the container started.")),
                ("completionTime", time("When the task ended.")),
                ("attempts", integer("How many pods were made for the task.")),
                ("observedGeneration", integer("The generation of the spec that this status is about.", format: "int64")),
                ("conditions", conditions),
                ("logTail", string("The end of the program's output, of failed tasks.", maxLength: 2048)),
                (
                    "result",
                    object(
                        "What the program wrote to its result file.",
                        [
                            (
                                "json",
                                [
                                    "description": "The result, when it is valid JSON.",
                                    "x-kubernetes-preserve-unknown-fields": true,
                                ]
                            ),
                            ("raw", string("The result as text, when it is not JSON.")),
                            ("truncated", boolean("Whether the result was larger than 4096 bytes.")),
                            ("sizeBytes", integer("Bytes received.", format: "int64")),
                            ("sha256", string("SHA-256 of the bytes received, in hex.")),
                            ("configMapRef", object("Where a larger result is.", [("name", string(nil))])),
                        ]
                    )
                ),
                (
                    "resolvedProfile",
                    object(
                        "The runtime profile as it was when the task was accepted.",
                        [
                            ("name", string(nil)), ("source", string(nil)), ("generation", integer(nil, format: "int64")),
                            ("image", string(nil)), ("runtimeClassName", string(nil)),
                        ]
                    )
                ),
            ]
        )
    }

    private static var conditions: JSONValue {
        var value = array(
            "The conditions of the task.",
            of: object(
                nil,
                [
                    ("type", string(nil, maxLength: 316)),
                    ("status", enumeration(nil, ["True", "False", "Unknown"])),
                    ("reason", string(nil, maxLength: 1024)),
                    ("message", string(nil, maxLength: 32_768)),
                    ("lastTransitionTime", time(nil)),
                    ("observedGeneration", integer(nil, minimum: 0, format: "int64")),
                ],
                required: ["type", "status", "lastTransitionTime", "reason", "message"]
            )
        )
        value["x-kubernetes-list-type"] = "map"
        value["x-kubernetes-list-map-keys"] = ["type"]
        return value
    }

    // MARK: Parts of a schema

    private static func object(
        _ description: String?,
        _ properties: [(String, JSONValue)],
        required: [String] = [],
        rules place: AgentTaskRule.Place? = nil
    ) -> JSONValue {
        var schema = JSONObject([("type", "object")])
        schema["description"] = description.map(JSONValue.string)
        if !required.isEmpty { schema["required"] = .array(required.map(JSONValue.string)) }
        schema["properties"] = .object(JSONObject(properties))
        schema["x-kubernetes-validations"] = validations(place)
        return .object(schema)
    }

    private static func validations(_ place: AgentTaskRule.Place?) -> JSONValue? {
        let rules = AgentTaskRules.all.filter { $0.place == place }
        guard !rules.isEmpty else { return nil }
        return .array(rules.map { ["rule": .string($0.expression), "message": .string($0.message)] })
    }

    private static func string(
        _ description: String?,
        minLength: Int? = nil,
        maxLength: Int? = nil,
        pattern: String? = nil
    ) -> JSONValue {
        var schema = JSONObject([("type", "string")])
        schema["description"] = description.map(JSONValue.string)
        schema["minLength"] = minLength.map { .int($0) }
        schema["maxLength"] = maxLength.map { .int($0) }
        schema["pattern"] = pattern.map(JSONValue.string)
        return .object(schema)
    }

    private static func enumeration(_ description: String?, _ values: [String], default defaultValue: String? = nil) -> JSONValue
    {
        var schema = string(description)
        schema["enum"] = .array(values.map(JSONValue.string))
        schema["default"] = defaultValue.map(JSONValue.string)
        return schema
    }

    private static func integer(
        _ description: String?,
        minimum: Int? = nil,
        maximum: Int? = nil,
        default defaultValue: Int? = nil,
        format: String = "int32",
        rules place: AgentTaskRule.Place? = nil
    ) -> JSONValue {
        var schema = JSONObject([("type", "integer"), ("format", .string(format))])
        schema["description"] = description.map(JSONValue.string)
        schema["minimum"] = minimum.map { .int($0) }
        schema["maximum"] = maximum.map { .int($0) }
        schema["default"] = defaultValue.map { .int($0) }
        schema["x-kubernetes-validations"] = validations(place)
        return .object(schema)
    }

    private static func boolean(_ description: String?) -> JSONValue {
        var schema = JSONObject([("type", "boolean")])
        schema["description"] = description.map(JSONValue.string)
        return .object(schema)
    }

    private static func time(_ description: String?) -> JSONValue {
        var schema = string(description)
        schema["format"] = "date-time"
        return schema
    }

    private static func array(_ description: String?, of items: JSONValue, maxItems: Int? = nil) -> JSONValue {
        var schema = JSONObject([("type", "array"), ("items", items)])
        schema["description"] = description.map(JSONValue.string)
        schema["maxItems"] = maxItems.map { .int($0) }
        return .object(schema)
    }
}
