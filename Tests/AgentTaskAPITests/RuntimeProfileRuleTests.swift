// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPIExtensions
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import AgentTaskAPI

@Suite("The rules of RuntimeProfile")
struct RuntimeProfileRuleTests {
    static func profile(_ change: (inout RuntimeProfileSpec) -> Void = { _ in }) -> RuntimeProfile {
        var profile = RuntimeProfile(metadata: ObjectMeta(name: "p"), spec: RuntimeProfileSpec(image: "example/python:1"))
        change(&profile.spec)
        return profile
    }

    private static func network(_ destination: NetworkDestination, name: String = "s") -> ProfileNetwork {
        ProfileNetwork(sets: [NetworkSet(name: name, egress: [destination])])
    }

    /// One change that breaks each rule, by the rule's expression.
    private static let breaking: [(prefix: String, profile: RuntimeProfile)] = [
        (
            "size(self.metadata.name)",
            RuntimeProfile(
                metadata: ObjectMeta(name: String(repeating: "a", count: 64)),
                spec: RuntimeProfileSpec(image: "i")
            )
        ),
        ("self != 'artifacts'", profile { $0.entrypoint = "artifacts" }),
        ("!self.name.startsWith", profile { $0.env = [TaskEnvironmentVariable(name: "AGENTTASK_X", value: "1")] }),
        ("!has(self.default) || !has(self.max)", profile { $0.timeoutSeconds = ProfileTimeout(default: 11, max: 10) }),
        ("!has(self.default) || self.default ==", profile { $0.network = ProfileNetwork(default: "mirror") }),
        ("self.name != 'isolated'", profile { $0.network = ProfileNetwork(sets: [NetworkSet(name: "isolated")]) }),
        (
            "!has(self.endPort)",
            profile {
                $0.network = network(NetworkDestination(cidr: "10.0.0.0/8", ports: [NetworkPorts(port: 81, endPort: 80)]))
            }
        ),
    ]

    @Test("each CEL rule has a Swift twin that one change breaks, and only that twin")
    func twins() throws {
        #expect(RuntimeProfileRules.all.count == Self.breaking.count)
        for rule in RuntimeProfileRules.all {
            let row = try #require(Self.breaking.first { rule.expression.hasPrefix($0.prefix) }, "no row for \(rule.expression)")
            #expect(!rule.holds(row.profile), "\(rule.expression)")
            for other in RuntimeProfileRules.all where other.expression != rule.expression {
                #expect(other.holds(row.profile), "\(other.expression) with the row of \(rule.expression)")
            }
            #expect(RuntimeProfileValidation.problems(of: row.profile).map(\.field) == [rule.field])
        }
    }

    @Test("the CRD holds every rule exactly once")
    func document() {
        var found: [String] = []
        func walk(_ value: JSONValue) {
            if let rules = value["x-kubernetes-validations"]?.array { found += rules.compactMap { $0["rule"]?.string } }
            for member in value.object?.values ?? [] { walk(member) }
            for element in value.array ?? [] { walk(element) }
        }
        walk(InstalledDefinition(RuntimeProfile.customResource).document)
        #expect(found.sorted() == RuntimeProfileRules.all.map(\.expression).sorted())
    }

    @Test("an API server would take the CRD, which is cluster-scoped")
    func definition() {
        #expect(RuntimeProfile.customResource.problems == [])
        #expect(RuntimeProfile.customResource.definition.spec.scope == "Cluster")
    }

    /// Every field of a profile.
    static let full = profile {
        $0.imagePullPolicy = "Always"
        $0.imagePullSecrets = ["pull"]
        $0.entrypoint = "main.py"
        $0.command = ["python3", "-u"]
        $0.env = [TaskEnvironmentVariable(name: "A", value: "1")]
        $0.runtimeClassName = "gvisor"
        $0.hostUsers = false
        $0.runAsUser = 2000
        $0.resources = ProfileResources(
            default: ResourceRequirements(limits: ["cpu": Quantity(1)], requests: ["cpu": Quantity(1)]),
            max: ["cpu": Quantity(2)]
        )
        $0.timeoutSeconds = ProfileTimeout(default: 60, max: 600)
        $0.storage = ProfileStorage(tmp: Quantity("1Mi"), artifacts: Quantity("2Mi"))
        $0.network = ProfileNetwork(
            default: "mirror",
            sets: [
                NetworkSet(
                    name: "mirror",
                    egress: [
                        NetworkDestination(
                            cidr: "10.0.0.0/8",
                            except: ["10.1.0.0/16"],
                            ports: [NetworkPorts(port: 80, endPort: 90, protocol: "TCP")]
                        )
                    ],
                    dns: true
                )
            ]
        )
        $0.secrets = ProfileSecrets(names: ["token"])
        $0.priorityClassNames = ["high"]
        $0.scheduling = ProfileScheduling(nodeSelector: ["a": "b"], tolerations: [Toleration(key: "k", operator: "Exists")])
        $0.limits = ProfileLimits(maxActivePerNamespace: 2, maxActivePerTenant: 1)
        $0.allowedNamespaces = LabelSelector(matchLabels: ["team": "a"])
    }

    @Test("the schema has every field that the type has, and what is written is read again")
    func fields() throws {
        #expect(RuntimeProfileValidation.problems(of: Self.full).isEmpty)
        let written = JSONValue(encoding: Self.full)
        #expect(try written.decoded(as: RuntimeProfile.self) == Self.full)
        func walk(_ value: JSONValue, _ schema: JSONSchemaProps?, _ path: String) {
            guard let schema else {
                Issue.record("the schema has no \(path)")
                return
            }
            for (name, member) in value.object ?? [:] {
                walk(member, schema.properties?[name] ?? schema.values, "\(path).\(name)")
            }
            for element in value.array ?? [] { walk(element, schema.elements, "\(path)[]") }
        }
        walk(written["spec"] ?? .null, RuntimeProfileSchema.schema.properties?["spec"], "spec")
        let properties = try #require(RuntimeProfileSchema.schema.properties?["spec"]?.properties)
        #expect(Set(properties.keys) == Set((written["spec"]?.object ?? [:]).keys))
    }

    @Test("each fault is a problem of its field")
    func faults() {
        let rows: [(String, (inout RuntimeProfileSpec) -> Void)] = [
            ("spec.image", { $0.image = "" }),
            ("spec.image", { $0.image = "a b" }),
            ("spec.imagePullPolicy", { $0.imagePullPolicy = "Sometimes" }),
            ("spec.command", { $0.command = [] }),
            ("spec.entrypoint", { $0.entrypoint = "a/b" }),
            ("spec.env", { $0.env = [TaskEnvironmentVariable(name: "A")] }),
            ("spec.runAsUser", { $0.runAsUser = 999 }),
            ("spec.timeoutSeconds.default", { $0.timeoutSeconds = ProfileTimeout(default: 0) }),
            ("spec.timeoutSeconds.max", { $0.timeoutSeconds = ProfileTimeout(max: 86_401) }),
            ("spec.storage.tmp", { $0.storage = ProfileStorage(tmp: .zero) }),
            ("spec.limits.maxActivePerTenant", { $0.limits = ProfileLimits(maxActivePerTenant: -1) }),
            (
                "spec.resources.default.limits[cpu]",
                {
                    $0.resources = ProfileResources(
                        default: ResourceRequirements(limits: ["cpu": Quantity(3)]),
                        max: ["cpu": Quantity(2)]
                    )
                }
            ),
            ("spec.network.sets[s].egress[0].cidr", { $0.network = Self.network(NetworkDestination(cidr: "example.com")) }),
            (
                "spec.network.sets[s].egress[0].cidr",
                { $0.network = Self.network(NetworkDestination(cidr: "169.254.169.254/32")) }
            ),
            ("spec.network.sets[s].egress[0].cidr", { $0.network = Self.network(NetworkDestination(cidr: "fd00:ec2::254/128")) }),
            (
                "spec.network.sets[s].egress[0].except",
                { $0.network = Self.network(NetworkDestination(cidr: "10.0.0.0/8", except: ["11.0.0.0/9"])) }
            ),
            (
                "spec.network.sets[s].egress[0].except",
                { $0.network = Self.network(NetworkDestination(cidr: "10.0.0.0/8", except: ["10.0.0.0/8"])) }
            ),
            (
                "spec.network.sets[s].egress[0].ports",
                { $0.network = Self.network(NetworkDestination(cidr: "10.0.0.0/8", ports: [NetworkPorts(port: 0)])) }
            ),
        ]
        #expect(RuntimeProfileValidation.problems(of: Self.profile()).isEmpty)
        for (field, change) in rows {
            #expect(RuntimeProfileValidation.problems(of: Self.profile(change)).map(\.field) == [field], "\(field)")
        }
    }
}
