// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CoreMetrics

/// A counter as swift-metrics sees it.
final class CounterAdapter: CounterHandler, FloatingPointCounterHandler {
    private let counter: MetricCounter

    init(counter: MetricCounter) { self.counter = counter }

    func increment(by amount: Int64) { if amount > 0 { counter.increment(by: UInt64(amount)) } }
    func increment(by amount: Double) { counter.increment(by: amount) }
    // A counter that goes back would read as a restart of the process.
    func reset() {}
}

/// A gauge as swift-metrics sees it.
final class GaugeAdapter: MeterHandler, RecorderHandler {
    private let gauge: MetricGauge

    init(gauge: MetricGauge) { self.gauge = gauge }

    func set(_ value: Int64) { gauge.set(Double(value)) }
    func set(_ value: Double) { gauge.set(value) }
    func increment(by amount: Double) { gauge.add(amount) }
    func decrement(by amount: Double) { gauge.add(-amount) }
    func record(_ value: Int64) { gauge.set(Double(value)) }
    func record(_ value: Double) { gauge.set(value) }
}

/// A histogram as swift-metrics sees it.
final class HistogramAdapter: RecorderHandler, TimerHandler {
    private let histogram: MetricHistogram

    init(histogram: MetricHistogram) { self.histogram = histogram }

    func record(_ value: Int64) { histogram.observe(Double(value)) }
    func record(_ value: Double) { histogram.observe(value) }
    func recordNanoseconds(_ duration: Int64) { histogram.observe(Double(duration) / 1e9) }
}
