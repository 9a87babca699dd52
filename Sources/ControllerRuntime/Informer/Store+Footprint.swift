// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

extension Store {
    /// About how many bytes the objects take in memory: how many there are, times the length as JSON of some of them, which stand for the
    /// strings, plus the fixed part of each object and its places in the tree and the indexes.
    ///
    /// It costs the writing of the sample, a fraction of a millisecond, and nothing while objects come and go.
    ///
    /// - Parameter sample: How many objects are looked at. They are those that the hash of their names puts first, so a random choice.
    public func estimatedBytes(sample: Int = 32) -> Int {
        guard count > 0, sample > 0 else { return 0 }
        var text = 0
        var seen = 0
        for object in anyObjects(sample) {
            text += JSON.encode(object).count
            seen += 1
        }
        guard seen > 0 else { return 0 }
        return count * (text / seen + MemoryLayout<R>.stride + Self.bytesOfAPlace * (1 + indexCount))
    }

    /// An entry of a tree: key, reference, its share of the nodes, the header of the boxed object.
    private static var bytesOfAPlace: Int { 96 }
}
