// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPIExtensions
import KubernetesJSON

/// The structural schema of an AgentTask, as the CustomResourceDefinition holds it.
///
/// The CEL rules are those of ``AgentTaskRules``; each place of the schema takes the rules that belong there.
enum AgentTaskSchema {
    static var schema: JSONSchemaProps {
        .object(
            "A piece of code that is run once, isolated, and its result.",
            ["spec": spec, "status": status],
            required: ["spec"],
            rules: rules(.object)
        )
    }

    /// The rules of a place, in their order.
    private static func rules(_ place: AgentTaskRule.Place) -> [ValidationRule] {
        AgentTaskRules.all.filter { $0.place == place }.map { ValidationRule(rule: $0.expression, message: $0.message) }
    }

    // MARK: spec

    private static var spec: JSONSchemaProps {
        .object(
            "What to run and within which limits.",
            [
                "runtimeProfile": .string(
                    "The environment to run in. Immutable.",
                    minLength: 1,
                    maxLength: 63,
                    pattern: "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"
                ),
                "code": code,
                "args": .array("Arguments of the program.", of: .string(maxLength: 32_768), maxItems: 64),
                "env": env,
                "resources": resources,
                "timeoutSeconds": .integer(
                    "Seconds that the program may run, from the container's start; when absent what the runtime profile says, else 300. May be lowered, never raised.",
                    minimum: 1,
                    maximum: 86_400
                ).rules(rules(.timeoutSeconds)),
                "startupTimeoutSeconds": .integer(
                    "Seconds from admission to the container's start.",
                    minimum: 1,
                    maximum: 86_400
                ).defaulting(to: 300),
                "canceled": .boolean("Stop the task. Cannot be unset."),
                "suspend": .boolean("Hold the task before it is admitted."),
                "ttlSecondsAfterFinished": .integer("Delete the task that many seconds after its end.", minimum: 0),
                "backoffLimit": .integer("How often the task is tried again.", minimum: 0, maximum: 10).defaulting(to: 0),
                "retryPolicy": .enumeration(
                    "Which failures are tried again.",
                    ["Never", "OnInfrastructureFailure", "OnFailure"]
                ).defaulting(to: "OnInfrastructureFailure"),
                "priorityClassName": .string("The PriorityClass of the pod and of the task's place in line.", maxLength: 253),
                "tenant": .string(
                    "The tenant, as a label value. Immutable.",
                    maxLength: 63,
                    pattern: "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"
                ),
                "backend": .enumeration("What runs the task. Immutable.", ["", "auto", "pod", "sandbox"]),
                "network": .object(
                    "Network access.",
                    ["profile": .string("A network set of the runtime profile.", maxLength: 63)]
                ),
            ],
            required: ["runtimeProfile", "code"],
            rules: rules(.spec)
        )
    }

    private static var code: JSONSchemaProps {
        .object(
            "The program: exactly one of source and configMapRef. Immutable.",
            [
                "source": .string("The program's text.", maxLength: 1_000_000),
                "configMapRef": .object(
                    "The program in a ConfigMap of the same namespace.",
                    [
                        "name": .string("The ConfigMap.", minLength: 1, maxLength: 253),
                        "key": .string("The key; when absent, the entrypoint's name.", maxLength: 253),
                        "optional": .boolean("Accepted for compatibility; code that does not exist is a failure either way."),
                    ],
                    required: ["name"]
                ),
                "files": .map(
                    "More read-only files beside the entrypoint, by name.",
                    of: .string(maxLength: 262_144),
                    maxProperties: 32
                ),
            ],
            rules: rules(.code)
        )
    }

    private static var env: JSONSchemaProps {
        .array(
            "Environment of the program.",
            of: .object(
                nil,
                [
                    "name": .string("The variable.", minLength: 1, maxLength: 253),
                    "value": .string("Its value.", maxLength: 32_768),
                    "valueFrom": .object(
                        "Where its value comes from.",
                        ["secretKeyRef": secretKeyReference],
                        required: ["secretKeyRef"]
                    ),
                ],
                required: ["name"],
                rules: rules(.env)
            ),
            maxItems: 64
        ).listMap(keys: ["name"])
    }

    private static var secretKeyReference: JSONSchemaProps {
        .object(
            "A key of a Secret that the runtime profile allows.",
            [
                "name": .string("The Secret.", minLength: 1, maxLength: 253),
                "key": .string("The key.", minLength: 1, maxLength: 253),
                "optional": .boolean("Whether the Secret may be absent."),
            ],
            required: ["name", "key"]
        )
    }

    private static var resources: JSONSchemaProps {
        .object(
            "CPU, memory and ephemeral storage. The runtime profile gives defaults and maxima.",
            [
                "limits": .map(of: .quantity()), "requests": .map(of: .quantity()),
                "claims": .array(
                    "Refused: a task cannot claim devices.",
                    of: .object(nil, ["name": .string()], required: ["name"]),
                    maxItems: 0
                ),
            ]
        )
    }

    // MARK: status

    private static var status: JSONSchemaProps {
        .object(
            "What the operator saw.",
            [
                "phase": .enumeration("Where the task is in its life.", TaskPhase.self),
                "reason": .string("Why, in one word.", maxLength: 256),
                "message": .string("Why, in a sentence.", maxLength: 4096),
                "exitCode": .integer("The program's exit code."),
                "signal": .integer("The signal that ended the program."),
                "podRef": .object(
                    "The pod of the last attempt.",
                    ["name": .string(), "namespace": .string(), "uid": .string()]
                ),
                "startTime": .time("When the task was accepted."),
                "admittedTime": .time("When the task was admitted."),
                "executionStartTime": .time("When the container started."),
                "completionTime": .time("When the task ended."),
                "attempts": .integer("How many pods were made for the task."),
                "observedGeneration": .integer("The generation of the spec that this status is about.", format: "int64"),
                "conditions": .conditions("The conditions of the task."),
                "logTail": .string("The end of the program's output, of failed tasks.", maxLength: 2048),
                "result": result,
                "resolvedProfile": .object(
                    "The runtime profile as it was when the task was accepted.",
                    [
                        "name": .string(), "source": .string(), "generation": .integer(format: "int64"), "image": .string(),
                        "runtimeClassName": .string(),
                        "spec": .any("What the RuntimeProfile gave and allowed in that generation.").changed {
                            $0.type = "object"
                        },
                    ]
                ),
            ]
        )
    }

    private static var result: JSONSchemaProps {
        .object(
            "What the program wrote to its result file.",
            [
                "json": .any("The result, when it is valid JSON."),
                "raw": .string("The result as text, when it is not JSON."),
                "truncated": .boolean("Whether the result was larger than 4096 bytes."),
                "sizeBytes": .integer("Bytes received.", format: "int64"),
                "sha256": .string("SHA-256 of the bytes received, in hex."),
                "configMapRef": .object("Where a larger result is.", ["name": .string()]),
            ]
        )
    }
}
