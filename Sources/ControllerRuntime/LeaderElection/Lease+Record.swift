// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCoordination
import KubernetesMeta

/// A lease as client-go's LeaderElectionRecord.
extension Lease {
    /// Who holds it; empty for nobody.
    var holder: String { spec?.holderIdentity ?? "" }
    /// How often the holder has changed.
    var epoch: Int32 { max(0, spec?.leaseTransitions ?? 0) }
    /// How long it is valid after it was seen to change; nil when it does not say anything useful.
    var duration: Duration? { spec?.leaseDurationSeconds.flatMap { $0 > 0 ? .seconds(Int64($0)) : nil } }
    var revision: String { metadata.resourceVersion ?? "" }

    /// Writes the holder down; nil gives the lease back, valid for a second for those who do not know an empty holder.
    mutating func record(holder: String?, epoch: Int32, duration: Duration, acquires: Bool, now: WallTime) {
        var record = spec ?? LeaseSpec()
        record.holderIdentity = holder ?? ""
        record.leaseDurationSeconds = holder == nil ? 1 : Int32(clamping: duration.components.seconds)
        record.leaseTransitions = epoch
        record.renewTime = now.microTime
        if acquires { record.acquireTime = now.microTime }
        spec = record
    }

    /// Sets these labels and leaves others.
    mutating func setLabels(_ labels: [String: String]) {
        if !labels.isEmpty { metadata.labels = (metadata.labels ?? [:]).merging(labels) { $1 } }
    }
}
