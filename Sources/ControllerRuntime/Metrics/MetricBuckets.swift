// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The bucket bounds of controller-runtime and client-go, so that their dashboards and alerts fit.
public enum MetricBuckets {
    /// Seconds of a reconcile (controller_runtime_reconcile_time_seconds).
    public static let reconcile: [Double] = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2, 2.5,
        3, 3.5, 4,
        4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
    ]
    /// Seconds in a work queue (workqueue_*_duration_seconds).
    public static let workQueue: [Double] = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000]
    /// Seconds of a request to the API server (rest_client_request_duration_seconds).
    public static let requestLatency: [Double] = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60]
    /// Bytes of a request or an answer (rest_client_*_size_bytes).
    public static let requestSize: [Double] = [
        64, 256, 512, 1024, 4096, 16384, 65536, 262_144, 1_048_576, 4_194_304, 16_777_216,
    ]
    /// For timers and recorders of other libraries that say nothing.
    public static let standard: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
}
