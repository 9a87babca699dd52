// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

@Suite("Tables show what kubectl get shows")
struct TableTests {
    private static let now = Time(seconds: 1_700_000_000)

    private func cells(_ kind: String, _ object: JSONValue, group: String = "") throws -> [String: JSONValue] {
        let strategy = try BuiltinKind(kind, group: group).definition.strategy
        let cells = strategy.tableCells(for: object, now: Self.now)
        #expect(cells.count == strategy.tableColumns.count)
        return Dictionary(uniqueKeysWithValues: zip(strategy.tableColumns.map(\.name), cells))
    }

    @Test(
        "durations are as short as kubectl's",
        arguments: [
            (-5, "<invalid>"), (-1, "0s"), (0, "0s"), (119, "119s"), (120, "2m"), (130, "2m10s"), (600, "10m"), (10_799, "179m"),
            (10_800, "3h"), (11_000, "3h3m"), (28_800, "8h"), (172_799, "47h"), (172_800, "2d"), (176_400, "2d1h"),
            (691_200, "8d"),
            (63_072_000, "2y"), (63_158_400, "2y1d"), (315_360_000, "10y"),
        ]
    )
    func durations(_ seconds: Int64, _ text: String) { #expect(TableText.duration(seconds: seconds) == text) }

    @Test("every kind has one cell per column and begins with its name, events apart")
    func shapes() {
        for definition in BuiltinResources.definitions() where definition.verbs.contains("list") {
            let columns = definition.strategy.tableColumns
            let cells = definition.strategy.tableCells(for: ["metadata": ["name": "n"]], now: Self.now)
            #expect(cells.count == columns.count, "\(definition.kind)")
            #expect(columns.contains { $0.format == "name" }, "\(definition.kind)")
            #expect(Set(columns.map(\.name)).count == columns.count, "\(definition.kind)")
        }
    }

    @Test(
        "a pod's status in a word",
        arguments: [
            (#"{"status":{"phase":"Pending"}}"#, "Pending", "0/1"),
            (#"{"status":{"phase":"Running","containerStatuses":[{"ready":true,"state":{"running":{}}}]}}"#, "Running", "1/1"),
            (
                #"{"status":{"phase":"Pending","containerStatuses":[{"state":{"waiting":{"reason":"ErrImagePull"}}}]}}"#,
                "ErrImagePull",
                "0/1"
            ),
            (
                #"{"status":{"phase":"Succeeded","containerStatuses":[{"state":{"terminated":{"exitCode":0,"reason":"Completed"}}}]}}"#,
                "Completed", "0/1"
            ),
            (
                #"{"status":{"phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":3}}}]}}"#, "ExitCode:3",
                "0/1"
            ),
            (
                #"{"status":{"phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":137,"signal":9}}}]}}"#,
                "Signal:9",
                "0/1"
            ), (#"{"status":{"phase":"Failed","reason":"Evicted"}}"#, "Evicted", "0/1"),
            (
                #"{"metadata":{"deletionTimestamp":"2023-01-01T00:00:00Z"},"status":{"phase":"Running"}}"#, "Terminating", "0/1"
            ),
            (
                #"{"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","reason":"SchedulingGated"}]}}"#,
                "SchedulingGated",
                "0/1"
            ),
            (
                #"{"spec":{"initContainers":[{"name":"i"}]},"status":{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"running":{}}}]}}"#,
                "Init:0/1", "0/1"
            ),
        ]
    )
    func pods(_ pod: String, _ status: String, _ ready: String) throws {
        var object = try JSONValue(parsing: pod)
        object.change("spec") { $0["containers"] = [["name": "c"]] }
        let cells = try cells("Pod", object)
        #expect(cells["Status"] == .string(status))
        #expect(cells["Ready"] == .string(ready))
    }

    @Test("restarts tell when the last one was")
    func restarts() throws {
        let status: JSONValue = [
            "phase": "Running",
            "containerStatuses": [
                [
                    "ready": true, "restartCount": 2, "state": ["running": .object([:])],
                    "lastState": ["terminated": ["finishedAt": .string(Time(seconds: 1_699_999_990).description)]],
                ]
            ],
        ]
        #expect(try cells("Pod", ["spec": ["containers": [["name": "c"]]], "status": status])["Restarts"] == "2 (10s ago)")
    }

    @Test(
        "nodes",
        arguments: [
            (#"{"status":{"conditions":[{"type":"Ready","status":"True"}]}}"#, "Ready"),
            (#"{"status":{"conditions":[{"type":"Ready","status":"Unknown"}]}}"#, "NotReady"), (#"{}"#, "Unknown"),
            (
                #"{"spec":{"unschedulable":true},"status":{"conditions":[{"type":"Ready","status":"True"}]}}"#,
                "Ready,SchedulingDisabled"
            ),
        ]
    )
    func nodes(_ node: String, _ status: String) throws {
        let cells = try cells("Node", try JSONValue(parsing: node))
        #expect(cells["Status"] == .string(status))
        #expect(cells["Roles"] == "<none>")
        #expect(cells["OS-Image"] == "<unknown>")
    }

    @Test("events of both shapes have the same row")
    func events() throws {
        let event: JSONValue = [
            "metadata": ["name": "e"], "involvedObject": ["kind": "Pod", "name": "p"], "reason": "Started", "message": " hello\n",
            "type": "Normal", "source": ["component": "kubelet", "host": "h"], "count": 3,
            "firstTimestamp": .string(Time(seconds: 1_699_999_900).description),
            "lastTimestamp": .string(Time(seconds: 1_699_999_995).description),
        ]
        let expected: [String: JSONValue] = [
            "Last Seen": "5s", "Type": "Normal", "Reason": "Started", "Object": "pod/p", "Subobject": "", "Source": "kubelet, h",
            "Message": "hello", "First Seen": "100s", "Count": "3", "Name": "e",
        ]
        #expect(try cells("Event", event) == expected)
        let served = EventRules(isNew: true).decodedFromStorage(event)
        #expect(try cells("Event", served, group: "events.k8s.io") == expected)
    }

    @Test("selectors are written as kubectl writes them")
    func selectors() throws {
        let selector: JSONValue = [
            "matchLabels": ["b": "2", "a": "1"],
            "matchExpressions": [
                ["key": "c", "operator": "In", "values": ["y", "x"]], ["key": "d", "operator": "Exists"],
                ["key": "e", "operator": "DoesNotExist"],
            ],
        ]
        #expect(TableText.selector(selector) == "a=1,b=2,c in (x,y),d,!e")
        #expect(TableText.selector(.object([:])) == "<none>")
    }
}
