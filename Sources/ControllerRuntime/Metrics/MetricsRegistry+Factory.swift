// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import CoreMetrics

extension MetricsRegistry: MetricsFactory {
    // What libraries report through swift-metrics appears under their label with what Prometheus does not allow in names replaced by "_".

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        CounterAdapter(counter: counter(PrometheusName(label).text, labels: dimensions))
    }

    public func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        CounterAdapter(counter: counter(PrometheusName(label).text, labels: dimensions))
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        GaugeAdapter(gauge: gauge(PrometheusName(label).text, labels: dimensions))
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let name = PrometheusName(label).text
        return aggregate
            ? HistogramAdapter(histogram: histogram(name, labels: dimensions))
            : GaugeAdapter(gauge: gauge(name, labels: dimensions))
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        HistogramAdapter(histogram: histogram(PrometheusName(label).text + "_seconds", labels: dimensions))
    }

    // A series lives as long as the registry: Prometheus expects counters to go on.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}
}
