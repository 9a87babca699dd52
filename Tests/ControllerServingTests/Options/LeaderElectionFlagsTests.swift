// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ControllerRuntime
import ControllerServing
import Testing

@Suite("The flags of leader election")
struct LeaderElectionFlagsTests {
    @Test(
        "durations are written as Go writes them",
        arguments: zip(
            ["15s", "1m30s", "1.5h", "500ms", "0", "2us", "1h0m0s"],
            [.seconds(15), .seconds(90), .seconds(5400), .milliseconds(500), .zero, .microseconds(2), .seconds(3600)]
                as [Duration]
        )
    )
    func durations(text: String, value: Duration) { #expect(FlagDuration(argument: text)?.value == value) }

    @Test(
        "what is no duration is refused",
        arguments: ["", "15", "s", "-1s", "1s2", "1x", "1e9s", "9999999h", "1.2.3s", "nan", "00"]
    )
    func noDurations(text: String) { #expect(FlagDuration(argument: text) == nil) }

    @Test("the flags have the names and defaults of kubebuilder's operators")
    func flags() throws {
        let none = try ControllerFlags.parse([]).leaderElection
        #expect(!none.leaderElect)
        let options = none.options(defaultName: "lamp-operator", defaultNamespace: "ns", identity: "me")
        #expect(options.lease == "ns/lamp-operator")
        #expect(
            [options.leaseDuration, options.renewDeadline, options.retryPeriod] == [.seconds(15), .seconds(10), .seconds(2)]
        )
        let all = try ControllerFlags.parse([
            "--leader-elect", "--leader-elect-lease-duration", "2s", "--leader-elect-renew-deadline=1.5s",
            "--leader-elect-retry-period", "300ms", "--leader-election-namespace", "other", "--leader-election-id", "id",
        ]).leaderElection.options(defaultName: "lamp-operator", defaultNamespace: "ns", identity: "me")
        #expect(all.lease == "other/id")
        #expect(
            [all.leaseDuration, all.renewDeadline, all.retryPeriod] == [.seconds(2), .milliseconds(1500), .milliseconds(300)]
        )
    }

    @Test("times that are not safe are refused before anything starts")
    func unsafe() {
        let error = #expect(throws: (any Error).self) {
            try ControllerFlags.parse(["--leader-elect", "--leader-elect-lease-duration", "5s"])
        }
        #expect(error.map { ControllerFlags.message(for: $0) }?.contains("must be more than the renew deadline") == true)
    }
}
