// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension MetricsRegistry {
    /// Adds the `process_*` metrics of Prometheus' client libraries, read from /proc at each rendering. Elsewhere than on Linux there are
    /// none. They end with the returned registration.
    public func addProcessMetrics() -> MetricsCollector {
        onRender { registry in
            #if os(Linux)
                guard let process = ProcessReading() else { return }
                registry.counter("process_cpu_seconds_total", help: "Total user and system CPU time spent in seconds.").set(
                    total: process.cpuSeconds
                )
                registry.gauge("process_resident_memory_bytes", help: "Resident memory size in bytes.").set(process.residentBytes)
                registry.gauge("process_virtual_memory_bytes", help: "Virtual memory size in bytes.").set(process.virtualBytes)
                registry.gauge("process_start_time_seconds", help: "Start time of the process since unix epoch in seconds.")
                    .set(process.startSeconds)
                registry.gauge("process_open_fds", help: "Number of open file descriptors.").set(process.openDescriptors)
                registry.gauge("process_max_fds", help: "Maximum number of open file descriptors.").set(
                    process.maximumDescriptors
                )
            #endif
        }
    }
}
