// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// A log as the body of an answer.
enum LogBody {
    /// Chunks of at most about 64 KiB, read when they are asked for. With `follow` it ends when the container has ended.
    static func make(_ log: ContainerLog, _ query: LogQuery) -> HTTPBody {
        let start = log.extent
        let reader = Locked(ContainerLogReader(directory: log.directory, extent: start, query: query))
        return HTTPBody(
            next: { () async throws(TransportError) -> [UInt8]? in
                while true {
                    let extent = query.follow ? log.extent : start
                    let (bytes, isFull) = reader.withLock { ($0.next(extent), $0.isFull) }
                    if !bytes.isEmpty { return bytes }
                    if isFull || !query.follow || extent.isEnded || Task.isCancelled { return nil }
                    await log.waitForChange(since: extent.version)
                }
            },
            cancel: {}
        )
    }
}
