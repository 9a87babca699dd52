// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ServiceLifecycle

/// What the manager needs of a controller, whatever it reconciles.
public protocol AnyController: Service {
    /// The name in log, metrics and health.
    var name: String { get }
    /// The informers whose objects are watched.
    var informers: [any AnyInformer] { get }
    /// Whether the controller can work.
    var health: HealthStatus { get }
    /// How many reconciles run, and how many of them are strays.
    var activity: (active: Int, strays: Int) { get }
    /// Whether it works only while the process leads. It may be run again after it was canceled, when the process is elected again.
    var needsLeaderElection: Bool { get }
    /// Starts no more reconciles: `run()` returns when those that run have ended.
    func shutDown()
}

extension AnyController {
    /// As a reconciler that writes should: true.
    public var needsLeaderElection: Bool { true }
}
