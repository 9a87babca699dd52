// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

extension ObjectChange {
    /// The change as the cause of a reconcile.
    var cause: ReconcileCause {
        let reason: ReconcileCause.Reason =
            switch (old, new) {
            case (nil, _): .created
            case (_, nil): .deleted
            case (_, _): .updated
            }
        return ReconcileCause(reason, kind: R.groupVersionKind.kind, object: key)
    }
}
