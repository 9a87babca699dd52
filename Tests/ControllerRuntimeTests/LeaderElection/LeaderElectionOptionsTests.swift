// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import Testing

@testable import ControllerRuntime

@Suite("Options of leader election")
struct LeaderElectionOptionsTests {
    private static let good = LeaderElectionOptions(leaseName: "l", leaseNamespace: "n", identity: "me")

    @Test("the defaults are those of Kubernetes' components, and valid")
    func defaults() throws {
        #expect(Self.good.leaseDuration == .seconds(15))
        #expect(Self.good.renewDeadline == .seconds(10))
        #expect(Self.good.retryPeriod == .seconds(2))
        #expect(Self.good.releaseOnStop)
        try Self.good.validate()
    }

    private static let bad: [(@Sendable (inout LeaderElectionOptions) -> Void, String)] = [
        ({ $0.leaseName = "" }, "--leader-election-id"),
        ({ $0.leaseNamespace = "" }, "--leader-election-namespace"),
        ({ $0.identity = "a (b)" }, "identity"),
        ({ $0.leaseDuration = .milliseconds(1500) }, "whole seconds"),
        ({ $0.leaseDuration = .seconds(10) }, "must be more than the renew deadline"),
        ({ $0.renewDeadline = .milliseconds(2400) }, "1.2 times the retry period"),
        ({ $0.retryPeriod = .zero }, "more than nothing"),
        ({ $0.labels = ["app": "not a value"] }, "app=not a value"),
        ({ $0.labels = ["not a key": ""] }, "not a key="),
    ]

    @Test("what would not be safe is refused and named", arguments: 0..<9)
    func refusals(index: Int) {
        var options = Self.good
        Self.bad[index].0(&options)
        let error = #expect(throws: LeaderElectionError.self) { try options.validate() }
        #expect(error?.message.contains(Self.bad[index].1) == true, "\(error?.message ?? "")")
    }

    @Test("an identity has the host's name and something random, and only what a User-Agent can carry")
    func identity() throws {
        var options = Self.good
        options.identity = LeaderElectionOptions.identity(host: "my host (1)", random: .seeded(1))
        try options.validate()
        #expect(options.identity.hasPrefix("myhost1_") && options.identity.utf8.count == 8 + 32)
        #expect(options.identity != LeaderElectionOptions.identity(host: "my host (1)", random: .seeded(2)))
        #expect(LeaderElectionOptions.identity(host: "").hasPrefix("unknown_"))
    }
}
