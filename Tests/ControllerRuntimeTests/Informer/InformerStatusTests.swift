// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import Testing

@testable import ControllerRuntime

@Suite("The status of an informer", .timeLimit(.minutes(1)))
struct InformerStatusTests {
    @Test("a stream that begins beside a change ends with the newer status")
    func order() async {
        for _ in 0..<20_000 {
            let core = InformerCore<ConfigMap>(store: Store(indexes: [:]))
            core.setStatus(.listing(received: 0), part: nil)
            async let change: Void = { @concurrent () async in core.setStatus(.synced, part: nil) }()
            let stream = core.makeStatusStream()
            await change
            var statuses = stream.makeAsyncIterator()
            guard await statuses.next() == .synced else { Issue.record("the older status came last"); return }
        }
    }
}
