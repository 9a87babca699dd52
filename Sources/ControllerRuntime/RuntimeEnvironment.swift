// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import Logging
public import Tracing

/// What the parts of one runtime share: time, randomness, timer, metrics, health, debugging and log. Tests put in their own.
///
/// Give the same value to informers, controllers and the manager.
public struct RuntimeEnvironment: Sendable {
    /// Where time comes from.
    public var time: TimeSource
    /// Where randomness comes from.
    public var random: RandomSource
    /// The deadlines of all parts.
    public var timer: DeadlineTimer
    /// Where metrics are counted.
    public var metrics: MetricsRegistry
    /// The checks behind `/healthz` and `/readyz`.
    public var health: HealthRegistry
    /// What the parts hold, for `/debug`.
    public var debug: DebugRegistry
    /// The log; each part adds its name.
    public var logger: Logger
    /// Where controllers whose options name no executor run their reconcilers; nil for threads of each controller's own. A simulation puts
    /// in the one on which everything runs.
    public var executor: (any TaskExecutor)?
    /// Where each reconcile is a span, and each request to the API server that it makes through a ``TracedTransport`` one within; nil for no
    /// tracing, which then costs nothing.
    public var tracer: (any Tracer)?
    /// How controllers work whose makers say nothing else.
    public var controllers: ControllerDefaults

    /// A new environment, shared with nobody yet.
    public init(
        time: TimeSource = .system,
        random: RandomSource = .system,
        timer: DeadlineTimer? = nil,
        metrics: MetricsRegistry = MetricsRegistry(),
        health: HealthRegistry = HealthRegistry(),
        debug: DebugRegistry = DebugRegistry(),
        logger: Logger = Logger(label: "controller-runtime"),
        executor: (any TaskExecutor)? = nil,
        controllers: ControllerDefaults = ControllerDefaults(),
        tracer: (any Tracer)? = nil
    ) {
        self.time = time
        self.random = random
        self.timer = timer ?? DeadlineTimer(time: time)
        self.metrics = metrics
        self.health = health
        self.debug = debug
        self.logger = logger
        self.executor = executor
        self.controllers = controllers
        self.tracer = tracer
    }
}
