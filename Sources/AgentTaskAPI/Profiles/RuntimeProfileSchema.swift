// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPIExtensions
import KubernetesJSON

/// The structural schema of a RuntimeProfile, as the CustomResourceDefinition holds it. Every string and list under a CEL rule has a bound,
/// so that the rules cost little.
enum RuntimeProfileSchema {
    static var schema: JSONSchemaProps {
        .object(
            "An environment that tasks run in, and what they may do in it.",
            ["spec": spec],
            required: ["spec"],
            rules: rules(.object)
        )
    }

    /// The rules of a place, in their order.
    private static func rules(_ place: RuntimeProfileRule.Place) -> [ValidationRule] {
        RuntimeProfileRules.all.filter { $0.place == place }.map { ValidationRule(rule: $0.expression, message: $0.message) }
    }

    private static var spec: JSONSchemaProps {
        .object(
            "What the profile gives to tasks and what it allows them. What is absent allows nothing more than every task has.",
            [
                "image": .string(
                    "The container image; a digest is advised, because a tag may come to mean another image.",
                    minLength: 1,
                    maxLength: 1024,
                    pattern: #"^\S+$"#
                ),
                "imagePullPolicy": .enumeration("By default IfNotPresent.", ["Always", "IfNotPresent", "Never"]),
                "imagePullSecrets": names(
                    "Names of Secrets of each task's namespace, with which nodes pull the image.",
                    maxItems: 8
                ),
                "entrypoint": .string(
                    "The file name of a task's code under /workspace; when absent, that of the built-in profile of the name or of its language.",
                    minLength: 1,
                    maxLength: 253,
                    pattern: "^[-._a-zA-Z0-9]+$"
                ).rules(rules(.entrypoint)),
                "command": .array(
                    "The program that runs the entrypoint, and its arguments; the entrypoint's path follows. When absent, that of the built-in profile of the name or of its language.",
                    of: .string(maxLength: 4096),
                    minItems: 1,
                    maxItems: 32
                ),
                "env": env,
                "runtimeClassName": .string("The RuntimeClass, such as one of gVisor or Kata.", minLength: 1, maxLength: 253),
                "hostUsers": .boolean("False gives each pod a user namespace of its own, where nodes can."),
                "runAsUser": .integer(
                    "User, group and fsGroup of the program, by default 1000.",
                    minimum: RuntimeProfileValidation.users.lowerBound,
                    maximum: RuntimeProfileValidation.users.upperBound,
                    format: "int64"
                ),
                "resources": resources,
                "timeoutSeconds": .object(
                    "The time that a program has.",
                    [
                        "default": seconds("When its task does not say, by default 300 or max, whichever is less."),
                        "max": seconds("The most that a task may ask for."),
                    ],
                    rules: rules(.timeoutSeconds)
                ),
                "storage": .object(
                    "How large the writable directories may grow.",
                    [
                        "tmp": .quantity("Bytes of /tmp, by default 64Mi."),
                        "artifacts": .quantity("Bytes of /workspace/artifacts, by default 100Mi."),
                    ]
                ),
                "network": network,
                "secrets": .object(
                    "The Secrets that tasks may name; none when absent.",
                    ["names": names("Names of Secrets of each task's own namespace.", maxItems: 64)]
                ),
                "priorityClassNames": names("The PriorityClasses that tasks may name; none when absent.", maxItems: 32),
                "scheduling": scheduling,
                "limits": .object(
                    "How many tasks of this profile are active at once; others wait. The operator's own limits hold as well.",
                    [
                        "maxActivePerNamespace": .integer("Of one namespace; 0 for no limit.", minimum: 0),
                        "maxActivePerTenant": .integer("Of one tenant of a namespace; 0 for no limit.", minimum: 0),
                    ]
                ),
                "allowedNamespaces": selector(
                    "The namespaces, by their labels, whose tasks may use the profile; all when absent."
                ),
            ],
            required: ["image"]
        )
    }

    private static func names(_ description: String, maxItems: Int64) -> JSONSchemaProps {
        .array(description, of: .string(minLength: 1, maxLength: 253), maxItems: maxItems).listSet()
    }

    private static func seconds(_ description: String) -> JSONSchemaProps {
        .integer(description, minimum: 1, maximum: 86_400)
    }

    private static var env: JSONSchemaProps {
        .array(
            "Variables of every task; a task's own of the same name win.",
            of: .object(
                nil,
                [
                    "name": .string("The variable.", minLength: 1, maxLength: 253),
                    "value": .string("Its value.", maxLength: 4096),
                ],
                required: ["name", "value"],
                rules: rules(.env)
            ),
            maxItems: 64
        ).listMap(keys: ["name"])
    }

    private static var resources: JSONSchemaProps {
        .object(
            "CPU, memory and ephemeral storage.",
            [
                "default": .object(
                    "What a task gets where it asks for nothing.",
                    ["limits": .map(of: .quantity()), "requests": .map(of: .quantity())]
                ),
                "max": .map(
                    "The most that a task may ask for, by resource. CPU, memory and ephemeral storage have no maximum when absent; other resources that are not named here are refused.",
                    of: .quantity()
                ),
            ]
        )
    }

    private static var network: JSONSchemaProps {
        .object(
            "What tasks may reach; nothing when absent.",
            [
                "default": .string(
                    "The set of a task that names none, by default isolated, which is always there and reaches nothing.",
                    maxLength: 63
                ),
                "sets": .array(
                    "The sets that a task may choose from by spec.network.profile, besides isolated.",
                    of: .object(
                        nil,
                        [
                            "name": .string(
                                "The set.",
                                minLength: 1,
                                maxLength: 63,
                                pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
                            ),
                            "egress": .array("What may be reached.", of: destination, maxItems: 32),
                            "dns": .boolean("Whether names are resolved, by the name servers of the cluster."),
                        ],
                        required: ["name"],
                        rules: rules(.networkSet)
                    ),
                    maxItems: 16
                ).listMap(keys: ["name"]),
            ],
            rules: rules(.network)
        )
    }

    private static var destination: JSONSchemaProps {
        .object(
            nil,
            [
                "cidr": .string("The range; cloud metadata addresses in it are left out.", minLength: 1, maxLength: 64),
                "except": .array(
                    "Ranges inside of cidr that may not be reached.",
                    of: .string(maxLength: 64),
                    maxItems: 32
                ),
                "ports": .array(
                    "The ports; all when absent.",
                    of: .object(
                        nil,
                        [
                            "port": .integer("The port, or the first one.", minimum: 1, maximum: 65_535),
                            "endPort": .integer("The last one of a range.", minimum: 1, maximum: 65_535),
                            "protocol": .enumeration("By default TCP.", ["TCP", "UDP", "SCTP"]),
                        ],
                        required: ["port"],
                        rules: rules(.ports)
                    ),
                    maxItems: 16
                ),
            ],
            required: ["cidr"]
        )
    }

    private static var scheduling: JSONSchemaProps {
        .object(
            "On which nodes tasks run.",
            [
                "nodeSelector": .map("The labels that a node must have.", of: .string(maxLength: 63), maxProperties: 32),
                "tolerations": .array(
                    "The taints that do not keep tasks away.",
                    of: .object(
                        nil,
                        [
                            "key": .string(maxLength: 317), "operator": .enumeration(nil, ["Exists", "Equal"]),
                            "value": .string(maxLength: 63),
                            "effect": .enumeration(nil, ["", "NoSchedule", "PreferNoSchedule", "NoExecute"]),
                            "tolerationSeconds": .integer(format: "int64"),
                        ]
                    ),
                    maxItems: 32
                ).atomicList(),
            ]
        )
    }

    private static func selector(_ description: String) -> JSONSchemaProps {
        .object(
            description,
            [
                "matchLabels": .map(of: .string(maxLength: 63), maxProperties: 32),
                "matchExpressions": .array(
                    of: .object(
                        nil,
                        [
                            "key": .string(maxLength: 317),
                            "operator": .enumeration(nil, ["In", "NotIn", "Exists", "DoesNotExist"]),
                            "values": .array(of: .string(maxLength: 63), maxItems: 64).atomicList(),
                        ],
                        required: ["key", "operator"]
                    ),
                    maxItems: 32
                ).atomicList(),
            ]
        )
    }
}
